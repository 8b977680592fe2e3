-- Subjects other than claims (complaints, hazards): derived from their streams, one row each, no personal data.
create table subject_list (
  tenant text not null,
  subject_id uuid not null,
  kind text not null,
  version integer not null,
  party_kind text not null,
  nature text not null,
  status text not null,
  region text not null,
  claim_id uuid,
  begun_at timestamptz not null,
  constraint subject_list_pkey primary key (tenant, subject_id));
create index subject_list_newest on subject_list (tenant, kind, begun_at desc, subject_id desc);
create index subject_list_newest_of_all on subject_list (kind, begun_at desc, subject_id desc);

-- A broker sees its own tenant, never another's complaint about its claim; a regulator its region.
alter table subject_list enable row level security;
alter table subject_list force row level security;
create policy subject_list_seen on subject_list for select to claims_read, claims_owner
  using (sees_tenant(tenant) or sees_place(region, null));
grant select on subject_list to claims_read;
grant select, insert, update, delete on subject_list to claims_worker;

-- The keys of persons never leave their tenant, and a broker's code names its own.
drop policy person_keys_seen on person_keys;
create policy person_keys_seen on person_keys for select to claims_read, claims_owner
  using (current_setting('anze.role', true) in ('insurer', 'operations', 'broker') and sees_tenant(tenant));
