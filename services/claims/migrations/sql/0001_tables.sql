-- The tables of the write path. `tenant` leads every key; nothing here has a trigger.

create table instance (
  one boolean primary key default true check (one),
  sandbox boolean not null);

-- Goes up with every restore from a dump, whose tx_ids are another server's.
create table log_epoch (
  one boolean primary key default true check (one),
  current smallint not null);
insert into log_epoch (current) values (1);

-- Business time is the wall clock plus offset_us. The api stores a target, one worker steps towards it.
create table sandbox_clock (
  one boolean primary key default true check (one),
  offset_us bigint not null default 0,
  target_at timestamptz,
  reached_at timestamptz);
insert into sandbox_clock default values;

-- Where each key sent the clock, so that a retry does not go twice as far, whatever became of the process that took the first.
create table sandbox_steps (
  key_hash bytea primary key,
  body_hash bytea not null,
  target_at timestamptz not null);

create table events (
  epoch smallint not null,
  tx_id xid8 not null default pg_current_xact_id(),
  seq bigint not null generated always as identity,
  tenant text not null,
  stream_id uuid not null,
  version integer not null check (version > 0),
  name text not null,
  schema_version integer not null,
  payload bytea not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  actor text not null,
  correlation_id text not null,
  causation_id uuid,
  digest bytea not null,
  constraint events_pkey primary key (tenant, stream_id, version),
  constraint events_tail unique (epoch, tx_id, seq));

-- The gate: one row for every stream that a command writes. The answer stands on the row of the stream that it renders.
create table commands (
  tenant text not null,
  stream_id uuid not null,
  first_version integer not null check (first_version > 0),
  command_id uuid not null,
  recorded_at timestamptz not null default clock_timestamp(),
  key_hash bytea,
  body_hash bytea,
  status smallint,
  version integer,
  companion_version integer,
  judged_at timestamptz,
  detail text,
  kept_for_ever boolean not null default false,
  constraint commands_pkey primary key (tenant, stream_id, first_version),
  constraint commands_key unique (tenant, key_hash));
create index commands_age on commands using brin (recorded_at);

-- What is known of a stream without reading it; row-level security goes by it.
create table streams (
  tenant text not null,
  stream_id uuid not null,
  kind text not null,
  region text not null,
  policy_stream uuid,
  broker text,
  constraint streams_pkey primary key (tenant, stream_id));
create index streams_by_id on streams (stream_id);

-- Wrapped keys of persons: never derived from the log, never rebuilt.
create table person_keys (
  tenant text not null,
  stream_id uuid not null,
  person_id uuid not null,
  wrapped bytea not null,
  constraint person_keys_pkey primary key (tenant, stream_id, person_id));

-- marks: when each level is reached: 1 half, 2 and 3 at risk, 4 breached, 5 and 6 escalated. An unused slot equals the next one;
-- a provisional clock has 'infinity' from slot 4 on.
create table clocks (
  tenant text not null,
  clock_id uuid not null,
  -- from the subject's stream
  subject uuid not null,
  rule text not null,
  round integer not null,
  scope text not null,
  tier text not null,
  responsible text not null,
  region text not null,
  broker text,
  started_at timestamptz not null,
  due_at timestamptz not null,
  due_date date,
  limit_amount integer not null,
  limit_unit text not null,
  generation integer not null,
  flags text[] not null,
  rulebook text not null,
  calendar_version integer not null,
  provisional boolean not null,
  marks timestamptz[] not null check (cardinality(marks) = 6),
  ended_at timestamptz,
  ended_as text check (ended_as in ('met', 'extended', 'cancelled')),
  -- from the clock's own stream
  level smallint not null default 0 check (level between 0 and 6),
  version integer not null default 0,
  breached_at timestamptz,
  withdrawn_at timestamptz,
  -- the watch's own
  next_at timestamptz,
  tx_id xid8 not null,
  status text not null generated always as (
    case
      when ended_as = 'met' then case when ended_at < case when provisional then due_at else marks[4] end then 'met' else 'met_late' end
      when ended_as is not null then ended_as
      when level = 0 then 'open'
      when level < 4 then 'at_risk'
      when tier = 'target' then 'missed'
      else 'overdue'
    end) stored,
  constraint clocks_pkey primary key (tenant, clock_id),
  constraint clocks_end check ((ended_at is null) = (ended_as is null)));
create index clocks_next on clocks (next_at) where next_at is not null;
create index clocks_by_id on clocks (clock_id);
create index clocks_by_subject on clocks (tenant, subject);

-- How far each reader of the log has come: the whole tuple, always.
create table checkpoints (
  name text primary key,
  epoch smallint not null,
  tx_id xid8 not null,
  seq bigint not null);
