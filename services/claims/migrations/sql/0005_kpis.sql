-- What key figures are computed from: derived from the claims' streams, no personal data. Dropped and rebuilt at will.
-- A row for each round of a claim; a later round began with its reopening. The rows of a claim are also the lock of its
-- items: whoever writes those has written these first.
create table claim_kpis (
  tenant text not null,
  claim_id uuid not null,
  version integer not null,
  region text not null,
  broker text,
  round integer not null,
  began_at timestamptz not null,
  deaths integer not null,
  decided_at timestamptz,
  outcome text,
  decided bigint,
  indemnity bigint,
  paid_at timestamptz,
  constraint claim_kpis_pkey primary key (tenant, claim_id, round));
create index claim_kpis_decided on claim_kpis (tenant, decided_at) where decided_at is not null;
create index claim_kpis_paid on claim_kpis (tenant, paid_at) where paid_at is not null;

-- kind payment: what was paid (an advance's kind, or indemnity), at started_at; ended_at is null.
-- kind advance: payable since started_at, first paid at ended_at, dropped at cancelled_at.
-- kind victim:  agreed at started_at, paid what was agreed at ended_at.
create table claim_kpi_items (
  tenant text not null,
  claim_id uuid not null,
  kind text not null check (kind in ('payment', 'advance', 'victim')),
  item_id uuid not null,
  round integer not null,
  what text not null,
  region text not null,
  broker text,
  amount bigint not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  cancelled_at timestamptz,
  constraint claim_kpi_items_pkey primary key (tenant, claim_id, kind, item_id, round));
create index claim_kpi_items_started on claim_kpi_items (tenant, kind, started_at);

alter table claim_kpis enable row level security;
alter table claim_kpis force row level security;
create policy claim_kpis_seen on claim_kpis for select to claims_read, claims_owner
  using (sees_tenant(tenant) or sees_place(region, broker));
alter table claim_kpi_items enable row level security;
alter table claim_kpi_items force row level security;
create policy claim_kpi_items_seen on claim_kpi_items for select to claims_read, claims_owner
  using (sees_tenant(tenant) or sees_place(region, broker));
grant select on claim_kpis, claim_kpi_items to claims_read;
grant select, insert, update, delete on claim_kpis, claim_kpi_items to claims_worker;
