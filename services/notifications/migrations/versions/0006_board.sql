-- Null: whatever their severity.
alter table subscriptions add column severities text[];

-- What the recipient was told as, which stays readable to whom the recipient is not; and whose the alert is.
alter table deliveries add column role text, add column tenant text;
update deliveries d set role = r.role, tenant = a.tenant
from recipients r, alerts a where r.id = d.recipient_id and a.id = d.alert_id;
alter table deliveries alter column role set not null;
create index deliveries_by_tenant on deliveries (tenant, id);
create index deliveries_dead on deliveries (id) where status = 'dead';

create index alerts_by_kind on alerts (kind, id);
create index alerts_by_tenant_and_kind on alerts (tenant, kind, id);
create index alerts_by_moment on alerts (received_at);

-- The same as before. `offset 0`: each row is looked up by itself; all that could be seen are not gathered first.
alter policy seen on deliveries using (
  case current_setting('anze.scope', true)
    when 'everything' then true
    when 'tenant' then tenant = current_setting('anze.tenant', true)
    when 'authority' then exists (select from alerts a where a.id = alert_id offset 0)
                          and exists (select from recipients r where r.id = recipient_id offset 0)
    else false
  end);
alter policy seen on attempts using (exists (select from deliveries d where d.id = delivery_id offset 0));
alter policy seen on acknowledgements using (
  exists (select from alerts a where a.id = alert_id offset 0)
  and exists (select from recipients r where r.id = recipient_id offset 0))
