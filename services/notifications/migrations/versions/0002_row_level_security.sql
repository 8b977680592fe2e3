grant notifications_read to notifications_service with inherit false, set true;
grant usage on schema public to notifications_read;
grant select on instance, recipients, endpoints, subscriptions, alerts, deliveries, attempts to notifications_read;

-- Intake, worker and directory see all rows; what is read for a caller is read as notifications_read, by the settings of its
-- transaction. Without settings nothing is seen.
alter table recipients enable row level security;
alter table endpoints enable row level security;
alter table subscriptions enable row level security;
alter table alerts enable row level security;
alter table deliveries enable row level security;
alter table attempts enable row level security;
alter table recipients force row level security;
alter table endpoints force row level security;
alter table subscriptions force row level security;
alter table alerts force row level security;
alter table deliveries force row level security;
alter table attempts force row level security;
create policy of_the_service on recipients to notifications_service using (true) with check (true);
create policy of_the_service on endpoints to notifications_service using (true) with check (true);
create policy of_the_service on subscriptions to notifications_service using (true) with check (true);
create policy of_the_service on alerts to notifications_service using (true) with check (true);
create policy of_the_service on deliveries to notifications_service using (true) with check (true);
create policy of_the_service on attempts to notifications_service using (true) with check (true);

-- anze.scope is everything, tenant or authority; anze.authorities lists the roles of public authorities.
create policy seen on alerts for select to notifications_read using (
  case current_setting('anze.scope', true)
    when 'everything' then true
    when 'tenant' then tenant = current_setting('anze.tenant', true)
    when 'authority' then roles && string_to_array(current_setting('anze.authorities', true), ',')
                          and starts_with(region, current_setting('anze.region', true))
    else false
  end);
create policy seen on recipients for select to notifications_read using (
  case current_setting('anze.scope', true)
    when 'everything' then true
    when 'tenant' then tenant = current_setting('anze.tenant', true)
    when 'authority' then role = any (string_to_array(current_setting('anze.authorities', true), ','))
                          and (region is null or starts_with(region, current_setting('anze.region', true)))
    else false
  end);
create policy seen on endpoints for select to notifications_read
  using (exists (select from recipients r where r.id = recipient_id));
create policy seen on subscriptions for select to notifications_read
  using (exists (select from recipients r where r.id = recipient_id));
create policy seen on deliveries for select to notifications_read using (
  exists (select from alerts a where a.id = alert_id)
  and (current_setting('anze.scope', true) <> 'authority' or exists (select from recipients r where r.id = recipient_id)));
create policy seen on attempts for select to notifications_read
  using (exists (select from deliveries d where d.id = delivery_id))
