-- The claim list: derived from the claims' streams, one row a claim, no personal data. Dropped and rebuilt at will.
create table claim_list (
  tenant text not null,
  claim_id uuid not null,
  number text not null,
  version integer not null,
  status text not null,
  insured_name text not null,
  insured_credit_code text not null,
  policy_number text not null,
  broker text,
  region text not null,
  grade text not null,
  accident_at timestamptz not null,
  reported_at timestamptz not null,
  advanced bigint not null,
  paid bigint not null,
  constraint claim_list_pkey primary key (tenant, claim_id));
create index claim_list_newest on claim_list (tenant, reported_at desc, claim_id desc);
create index claim_list_newest_of_all on claim_list (reported_at desc, claim_id desc);
create index claim_list_policy on claim_list (tenant, policy_number);

alter table claim_list enable row level security;
alter table claim_list force row level security;
create policy claim_list_seen on claim_list for select to claims_read, claims_owner
  using (sees_tenant(tenant) or sees_place(region, broker));
grant select on claim_list to claims_read;
grant select, insert, update, delete on claim_list to claims_worker;

-- Clocks are listed by due moment. No second index without the tenant: every command and every sweep would pay for it.
create index clocks_due on clocks (tenant, due_at, clock_id);

-- Alerts that notifications refused for what they are: never derived, never dropped, for the worker's eyes alone.
create table relay_refusals (
  tenant text not null,
  stream_id uuid not null,
  version integer not null,
  kind text not null,
  status smallint not null,
  answer text not null,
  document text not null,
  refused_at timestamptz not null default clock_timestamp(),
  constraint relay_refusals_pkey primary key (tenant, stream_id, version));
alter table relay_refusals enable row level security;
alter table relay_refusals force row level security;
grant select, insert, delete on relay_refusals to claims_worker;
