-- What `append` takes. A row names its gate and a gate its command, by their places in the arrays (from 1): tenant, command and
-- stream come from there, so that no row can name another's. Rows of one array are one parameter and one scan: a parameter and a
-- scan for every column cost more than the rows themselves.
create type new_gate as (
  command integer, stream_id uuid, first integer, last integer,
  -- the answer, on one of the command's gates
  key_hash bytea, body_hash bytea, status smallint, version integer, companion_version integer, judged_at timestamptz, detail text,
  kept_for_ever boolean,
  -- the header of a new stream
  kind text, region text, policy_stream uuid, broker text);
create type new_event as (
  gate integer, version integer, name text, schema_version integer, payload bytea, occurred_at timestamptz);
create type new_person_key as (gate integer, person_id uuid, wrapped bytea);
create type new_clock as (
  gate integer, clock_id uuid, rule text, round integer, scope text, tier text, responsible text, region text,
  started_at timestamptz, due_at timestamptz, due_date date, limit_amount integer, limit_unit text, generation integer,
  flags text[], rulebook text, calendar_version integer, provisional boolean, marks timestamptz[], ended_at timestamptz,
  ended_as text);

-- Strict: where there is no fault, no text is made.
create function append_fault(what text, command_id uuid, stream_id uuid, first integer) returns text language sql immutable strict as $$
  select format('%s (command %s, stream %s, version %s)', what, command_id, stream_id, first)
$$;

-- Of the commands, some of whose gates were not to be had: which are won whole now, and which are stored (these, and those that an
-- earlier try had stored). The others give back what they got.
create function append_some(
  c_id uuid[], c_tenant text[], gates new_gate[], fresh uuid[], out won uuid[], out stored uuid[])
language plpgsql as $$
#variable_conflict use_column
begin
  -- `offset 0` keeps the planner from hashing every gate there is for the sake of a few.
  select coalesce(array_agg(c_id[command]) filter (where got = asked and cardinality(array_positions(fresh, c_id[command])) = asked), '{}'),
         coalesce(array_agg(c_id[command]) filter (where got = asked), '{}')
    into won, stored
    from (
      select g.command, count(*) as asked, count(x.command_id) as got
      from unnest(gates) as g
      left join lateral (
        select c.command_id from commands c
        where (c.tenant, c.stream_id, c.first_version, c.command_id) = (c_tenant[g.command], g.stream_id, g.first, c_id[g.command])
        offset 0) x on true
      group by g.command) outcome;
  delete from commands c
    using unnest(gates) as g
    where (c.tenant, c.stream_id, c.first_version, c.command_id) = (c_tenant[g.command], g.stream_id, g.first, c_id[g.command])
      and c_id[g.command] <> all (append_some.stored);
end $$;

-- The subject's side of clocks. The level is never read before the upsert (it would wait, then miss a breach) and never stands in
-- its WHERE (it would not wait). Where the level no longer fits, the row is handed to the watch: next_at = -infinity.
create function append_clocks(c_id uuid[], c_tenant text[], gates new_gate[], clocks new_clock[], won uuid[]) returns void
language plpgsql as $$
#variable_conflict use_column
begin
  insert into clocks as o (
    tenant, clock_id, subject, rule, round, scope, tier, responsible, region, broker, started_at, due_at, due_date, limit_amount,
    limit_unit, generation, flags, rulebook, calendar_version, provisional, marks, ended_at, ended_as, next_at, tx_id)
  select c_tenant[g.command], k.clock_id, g.stream_id, k.rule, k.round, k.scope, k.tier, k.responsible, k.region,
    case when g.first = 1 then g.broker
      else (select s.broker from streams s where s.tenant = c_tenant[g.command] and s.stream_id = g.stream_id) end,
    k.started_at, k.due_at, k.due_date, k.limit_amount, k.limit_unit, k.generation, k.flags, k.rulebook, k.calendar_version,
    k.provisional, k.marks, k.ended_at, k.ended_as,
    case when k.ended_at is null then nullif(k.marks[1], 'infinity')
      when width_bucket(k.ended_at, k.marks) > 0 then '-infinity'::timestamptz end,
    pg_current_xact_id()
  from unnest(append_clocks.clocks) as k cross join lateral (select (gates[k.gate]).*) g
  where append_clocks.won is null or c_id[g.command] = any (append_clocks.won)
  on conflict (tenant, clock_id) do update set
    rule = excluded.rule, round = excluded.round, scope = excluded.scope, tier = excluded.tier, responsible = excluded.responsible,
    region = excluded.region, started_at = excluded.started_at, due_at = excluded.due_at, due_date = excluded.due_date,
    limit_amount = excluded.limit_amount, limit_unit = excluded.limit_unit, generation = excluded.generation, flags = excluded.flags,
    rulebook = excluded.rulebook, calendar_version = excluded.calendar_version, provisional = excluded.provisional,
    marks = excluded.marks, ended_at = excluded.ended_at, ended_as = excluded.ended_as,
    tx_id = greatest(o.tx_id, pg_current_xact_id()),
    next_at = case
      when excluded.ended_at is null and o.level < 4 then nullif(excluded.marks[o.level + 1], 'infinity')
      when excluded.ended_at is null or width_bucket(excluded.ended_at, excluded.marks) <> o.level then '-infinity'::timestamptz
    end;
end $$;

-- Any number of commands, each on any number of streams, each stored whole or not at all; returns those that are stored.
-- The rest lost a race or a key. A command that is sent again after a lost connection is found by its gate rows.
-- Gates and clocks come sorted by tenant and id, so that two calls take their locks in one order; of twins the first comes first.
-- Errors: AZ001, the caller is wrong and nothing is stored.
create function append(
  c_id uuid[], c_tenant text[], c_actor text[], c_correlation text[],
  gates new_gate[], events new_event[], person_keys new_person_key[], clocks new_clock[])
returns uuid[]
language plpgsql security definer set search_path = public, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  v_role text := coalesce(current_setting('anze.role', true), '');
  v_set text;
  v_fault text;
  v_headed bigint;
  v_fresh uuid[];
  v_won uuid[];  -- null: all
  v_stored uuid[] := c_id;
begin
  v_set := set_config('anze.role', 'worker', true);  -- assigned, since `perform` would be a statement
  -- The gate. No conflict target: it covers a lost version, a used key, and twins inside one statement.
  -- In the same statement, what is wrong with the commands, in words. A gate without an event would block its stream for ever; a
  -- hole would break it; a version that has no predecessor in the command's tenant is another tenant's; one whose predecessor is of
  -- a later transaction would stand before it in the log.
  with fresh as (
    insert into commands (tenant, stream_id, first_version, command_id,
                          key_hash, body_hash, status, version, companion_version, judged_at, detail, kept_for_ever)
    select c_tenant[command], stream_id, first, c_id[command],
      key_hash, body_hash, status, version, companion_version, judged_at, detail, kept_for_ever
    from unnest(append.gates)
    on conflict do nothing
    returning command_id)
  select f.fresh, g.headed, coalesce(g.fault, e.fault, case
      when g.said is distinct from cardinality(append.events) then 'an event outside the gates of its command'
      when g.gated < cardinality(c_id) then 'a command without a gate'
    end)
    into v_fresh, v_headed, v_fault
    from (select coalesce(array_agg(command_id), '{}') as fresh from fresh) f
    cross join (
      select count(distinct command) as gated, count(kind) as headed, sum(last - first + 1) as said,
        coalesce(min(append_fault(case
          when array_position(c_id, c_id[command]) <> command then 'a command that is here twice'
          when (last >= first) is not true then 'no event for the gate'
          when first = 1 and kind is null then 'a new stream without a header'
          when first > 1 and not exists (
              select from events b
              where b.tenant = c_tenant[command] and b.stream_id = g.stream_id and b.version = g.first - 1
                and (b.epoch < (select l.current from log_epoch l) or b.tx_id < pg_current_xact_id())
              offset 0)
            then 'no such version before the gate in this tenant, or it was read after this transaction''s first write'
        end, c_id[command], stream_id, first)),
          case when count(c_id[command]) < count(*) then 'a gate of a command that is not here' end) as fault
      from unnest(append.gates) g) g
    cross join (
      -- As many events as the gates span, each within its gate's span and (by the key of events) none twice: so there is no hole.
      select coalesce(min(append_fault('versions do not follow the gate', c_id[g.command], g.stream_id, e.version)),
        case when count(*) > 0 then 'an event of a gate that is not here' end) as fault
      from unnest(append.events) e cross join lateral (select (append.gates[e.gate]).*) g
      where (e.version between g.first and g.last) is not true) e;
  if v_fault is not null then
    raise exception '%', v_fault using errcode = 'AZ001';
  end if;
  if cardinality(v_fresh) < cardinality(append.gates) then
    select s.won, s.stored into v_won, v_stored from append_some(c_id, c_tenant, append.gates, v_fresh) s;
    if cardinality(v_won) = 0 then
      v_set := set_config('anze.role', v_role, true);
      return v_stored;
    end if;
  end if;

  if v_headed > 0 then
    insert into streams (tenant, stream_id, kind, region, policy_stream, broker)
      select c_tenant[command], stream_id, kind, region, policy_stream, broker
      from unnest(append.gates)
      where kind is not null and (v_won is null or c_id[command] = any (v_won))
      on conflict do nothing;
  end if;
  -- One moment for all that is recorded together, taken behind the gate: so it rises with the versions of a stream.
  insert into events (epoch, tenant, stream_id, version, name, schema_version, payload, occurred_at, recorded_at,
                      actor, correlation_id, causation_id, digest)
    select m.epoch, c_tenant[g.command], g.stream_id, e.version, e.name, e.schema_version, e.payload, e.occurred_at, m.now,
      c_actor[g.command], c_correlation[g.command], c_id[g.command],
      event_digest(c_tenant[g.command], g.stream_id, e.version, e.name, e.schema_version, e.occurred_at, e.payload)
    from (select (select current from log_epoch) as epoch,
            clock_timestamp() + (select offset_us from sandbox_clock) * interval '1 microsecond' as now
          offset 0) m
    cross join unnest(append.events) e
    cross join lateral (select (append.gates[e.gate]).*) g
    where v_won is null or c_id[g.command] = any (v_won);
  if cardinality(append.person_keys) > 0 then
    -- A second key for a person would leave unreadable what was encrypted with it: that is an error, never a silence.
    insert into person_keys (tenant, stream_id, person_id, wrapped)
      select c_tenant[g.command], g.stream_id, k.person_id, k.wrapped
      from unnest(append.person_keys) k cross join lateral (select (append.gates[k.gate]).*) g
      where v_won is null or c_id[g.command] = any (v_won);
  end if;
  if cardinality(append.clocks) > 0 then
    perform append_clocks(c_id, c_tenant, append.gates, append.clocks, v_won);
  end if;
  v_set := set_config('anze.role', v_role, true);
  return v_stored;
end $$;
grant execute on function append(
  uuid[], text[], text[], text[], new_gate[], new_event[], new_person_key[], new_clock[]) to claims_command, claims_worker;
