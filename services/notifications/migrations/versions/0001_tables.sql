create table instance (sandbox boolean not null);
create unique index instance_is_one_row on instance ((true));

create table sandbox_clock (offset_us bigint not null);
create unique index sandbox_clock_is_one_row on sandbox_clock ((true));
insert into sandbox_clock values (0);

create table recipients (
  id uuid primary key, name text not null, role text not null, region text, tenant text, language text not null,
  version integer not null default 1, created_at timestamptz not null, deleted_at timestamptz);
create index recipients_by_role on recipients (role) where deleted_at is null;

create table endpoints (
  id uuid primary key, recipient_id uuid not null references recipients, channel text not null, address text not null,
  secret bytea not null, enabled boolean not null, disabled_reason text, failures integer not null default 0,
  version integer not null default 1, created_at timestamptz not null, deleted_at timestamptz);
create index endpoints_by_recipient on endpoints (recipient_id);

create table subscriptions (
  id uuid primary key, recipient_id uuid not null references recipients, endpoint_ids uuid[] not null,
  kinds text[], tiers text[], rules text[], insurers text[], regions text[], digest boolean not null,
  version integer not null default 1, created_at timestamptz not null, deleted_at timestamptz);
create index subscriptions_by_recipient on subscriptions (recipient_id);

create table alerts (
  id uuid primary key, source text not null, event_id text not null, kind text not null, "time" timestamptz not null,
  subject text, tenant text, region text, roles text[] not null, severity text not null, rule text, tier text,
  claim_id text, sequence bigint, sandbox boolean not null, correlation_id text, document text not null,
  received_at timestamptz not null, unheard boolean not null,
  constraint alerts_once unique (source, event_id));
create index alerts_by_tenant on alerts (tenant, id);
create index alerts_by_claim on alerts (claim_id) where claim_id is not null;

create table deliveries (
  id uuid primary key, position bigint generated always as identity,
  alert_id uuid not null references alerts, endpoint_id uuid not null references endpoints,
  recipient_id uuid not null references recipients, channel text not null, lane text not null,
  status text not null default 'pending', attempts integer not null default 0, tries smallint not null default 0,
  next_at timestamptz not null, deadline_at timestamptz not null, created_at timestamptz not null,
  delivered_at timestamptz, lease_until timestamptz, leased_by text, version integer not null default 1,
  constraint deliveries_once unique (alert_id, endpoint_id),
  constraint deliveries_status check (status in ('pending', 'delivered', 'dead', 'cancelled')));
create index deliveries_due on deliveries (next_at) where status = 'pending';
create index deliveries_in_lane on deliveries (endpoint_id, lane, position) where status = 'pending';
create index deliveries_leased on deliveries (endpoint_id) where lease_until is not null;
create index deliveries_by_endpoint on deliveries (endpoint_id, id);

create table attempts (
  delivery_id uuid not null references deliveries, number integer not null, started_at timestamptz not null,
  outcome text, status_code smallint, detail text, milliseconds integer,
  primary key (delivery_id, number));

grant usage on schema public to notifications_service;
grant select on instance to notifications_service;
grant select, update on sandbox_clock to notifications_service;
grant select, insert, update, delete on recipients, endpoints, subscriptions, alerts, deliveries, attempts
  to notifications_service;
