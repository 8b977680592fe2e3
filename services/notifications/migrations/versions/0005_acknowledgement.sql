alter table recipients add column quiet_hours jsonb;

-- Null: what follows from the recipient's role.
alter table subscriptions alter column digest drop not null;

alter table alerts add column clock_id text;
update alerts set clock_id = document::jsonb #>> '{data,clock,id}';
create index alerts_by_clock on alerts (clock_id) where clock_id is not null;

-- held_until: no worker takes it before somebody has looked at it after that. digest_from: so many of its kind go as one.
-- digest_id: it goes with that one, which names them all. repeat: how often the alert was said to this recipient before.
alter table deliveries
  add column repeat smallint not null default 0,
  add column held_until timestamptz,
  add column digest_from smallint,
  add column digest_id uuid references deliveries,
  drop constraint deliveries_once,
  add constraint deliveries_once unique (alert_id, endpoint_id, repeat);
create index deliveries_held on deliveries (held_until) where held_until is not null;
create index deliveries_of_digest on deliveries (digest_id) where digest_id is not null;

create table maintenance_windows (
  id uuid primary key, starts_at timestamptz not null, ends_at timestamptz not null, reason text not null, tenant text,
  version integer not null default 1, created_at timestamptz not null, deleted_at timestamptz,
  constraint maintenance_windows_last check (starts_at < ends_at));

create table acknowledgements (
  id uuid primary key, alert_id uuid not null references alerts, recipient_id uuid not null references recipients,
  acknowledged_by text not null, note text, acknowledged_at timestamptz not null, expires_at timestamptz not null);
create index acknowledgements_by_alert on acknowledgements (alert_id, recipient_id);

-- next_at null: it is not repeated any more; ended_by says why.
create table reminders (
  alert_id uuid not null references alerts, recipient_id uuid not null references recipients,
  repeats smallint not null default 0, unanswered smallint not null default 0, next_at timestamptz,
  until timestamptz not null, ended_by text, primary key (alert_id, recipient_id));
create index reminders_due on reminders (next_at) where next_at is not null;

-- One row for each alert and role that nobody hears it in; those of a bundle are told to the administrators together.
create table unheard_roles (
  alert_id uuid not null references alerts, role text not null, tenant text, region text,
  unheard_at timestamptz not null, bundle_id uuid, told_at timestamptz, primary key (alert_id, role));
create index unheard_roles_untold on unheard_roles (role, tenant, region) where told_at is null;
create index unheard_roles_bundled on unheard_roles (role, tenant, region, unheard_at);

grant select, insert, update, delete on maintenance_windows, acknowledgements, reminders, unheard_roles
  to notifications_service;
grant select on maintenance_windows, acknowledgements, reminders, unheard_roles to notifications_read;
alter table maintenance_windows enable row level security;
alter table acknowledgements enable row level security;
alter table reminders enable row level security;
alter table unheard_roles enable row level security;
alter table maintenance_windows force row level security;
alter table acknowledgements force row level security;
alter table reminders force row level security;
alter table unheard_roles force row level security;
create policy of_the_service on maintenance_windows to notifications_service using (true) with check (true);
create policy of_the_service on acknowledgements to notifications_service using (true) with check (true);
create policy of_the_service on reminders to notifications_service using (true) with check (true);
create policy of_the_service on unheard_roles to notifications_service using (true) with check (true);
create policy seen on maintenance_windows for select to notifications_read using (
  case current_setting('anze.scope', true)
    when 'everything' then true
    when 'tenant' then tenant is null or tenant = current_setting('anze.tenant', true)
    else false
  end);
-- Whose note and name these are: with the recipient, so that an insurer does not read what an authority wrote.
create policy seen on acknowledgements for select to notifications_read using (
  exists (select from alerts a where a.id = alert_id) and exists (select from recipients r where r.id = recipient_id));
create policy seen on reminders for select to notifications_read using (
  current_setting('anze.scope', true) <> 'authority' and exists (select from alerts a where a.id = alert_id));
create policy seen on unheard_roles for select to notifications_read using (
  current_setting('anze.scope', true) = 'everything')
