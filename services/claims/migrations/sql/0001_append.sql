-- What is wrong with the commands, in words, or null. A gate without an event would block its stream for ever; a hole or an
-- ungated row would break it; a version that has no predecessor in the command's tenant is another tenant's; one whose predecessor
-- is of a later transaction would stand before it in the log.
create function append_fault(
  c_id uuid[], c_tenant text[], g_id uuid[], g_stream uuid[], g_first integer[], e_id uuid[], e_stream uuid[], e_version integer[],
  s_id uuid[], s_stream uuid[], p_id uuid[], p_stream uuid[])
returns text language plpgsql stable as $$
#variable_conflict use_column
declare
  v_fault text;
  v_events bigint;
  v_headers bigint;
  v_keys bigint;
begin
  select
      min(case
        when tenant is null then 'a gate of a command that is not here'
        when said = 0 then 'no event for the gate'
        when low <> first or high - low + 1 <> said then 'versions do not follow the gate'
        when first = 1 and headed = 0 then 'a new stream without a header'
        when first > 1 and not exists (
            select from events b cross join log_epoch l
            where (b.tenant, b.stream_id, b.version) = (checked.tenant, checked.stream_id, first - 1)
              and (b.epoch < l.current or b.tx_id < pg_current_xact_id()))
          then 'no such version before the gate in this tenant, or it was read after this transaction''s first write'
      end || format(' (command %s, stream %s, version %s)', id, stream_id, first)),
      sum(said), sum(headed), sum(keyed)
    into v_fault, v_events, v_headers, v_keys
    from (
      select g.id, c_tenant[array_position(c_id, g.id)] as tenant, g.stream_id, g.first, e.said, e.low, e.high,
        (select count(*) from unnest(s_id, s_stream) as s(id, stream_id) where s.id = g.id and s.stream_id = g.stream_id) as headed,
        (select count(*) from unnest(p_id, p_stream) as p(id, stream_id) where p.id = g.id and p.stream_id = g.stream_id) as keyed
      from unnest(g_id, g_stream, g_first) as g(id, stream_id, first)
      cross join lateral (
        select count(*) as said, min(version) as low, max(version) as high
        from unnest(e_id, e_stream, e_version) as e(id, stream_id, version)
        where e.id = g.id and e.stream_id = g.stream_id) e
      offset 0) checked;
  return coalesce(v_fault, case
    when v_events is distinct from cardinality(e_id) or v_headers is distinct from cardinality(s_id)
      or v_keys is distinct from cardinality(p_id) then 'a row outside the gates of its command'
    when not c_id <@ g_id then 'a command without a gate'
  end);
end $$;

-- The subject's side of clocks. The level is never read before the upsert (it would wait, then miss a breach) and never stands in
-- its WHERE (it would not wait). Where the level no longer fits, the row is handed to the watch: next_at = -infinity.
-- A clock belongs to a stream that its command writes: AZ001 if one does not.
create function append_clocks(c_id uuid[], c_tenant text[], g_id uuid[], g_stream uuid[], v_new uuid[], k_rows json) returns void
language plpgsql as $$
#variable_conflict use_column
begin
  if exists (
      select from json_to_recordset(k_rows) as k(id uuid, subject uuid)
      where not exists (select from unnest(g_id, g_stream) as g(id, stream_id) where g.id = k.id and g.stream_id = k.subject)) then
    raise exception 'a clock outside the gates of its command' using errcode = 'AZ001';
  end if;
  insert into clocks as o (
    tenant, clock_id, subject, rule, round, scope, tier, responsible, region, broker, started_at, due_at, due_date, limit_amount,
    limit_unit, generation, flags, rulebook, calendar_version, provisional, marks, ended_at, ended_as, next_at, tx_id)
  select t.tenant, k.clock_id, k.subject, k.rule, k.round, k.scope, k.tier, k.responsible, k.region, s.broker, k.started_at, k.due_at,
    k.due_date, k.limit_amount, k.limit_unit, k.generation, k.flags, k.rulebook, k.calendar_version, k.provisional, k.marks,
    k.ended_at, k.ended_as,
    case when k.ended_at is null then nullif(k.marks[1], 'infinity') when width_bucket(k.ended_at, k.marks) > 0 then '-infinity'::timestamptz end,
    pg_current_xact_id()
  from json_to_recordset(k_rows) as k(
    id uuid, clock_id uuid, subject uuid, rule text, round integer, scope text, tier text, responsible text, region text,
    started_at timestamptz, due_at timestamptz, due_date date, limit_amount integer, limit_unit text, generation integer,
    flags text[], rulebook text, calendar_version integer, provisional boolean, marks timestamptz[], ended_at timestamptz,
    ended_as text)
  cross join lateral (select c_tenant[array_position(c_id, k.id)] as tenant) t
  left join streams s on (s.tenant, s.stream_id) = (t.tenant, k.subject)
  where k.id = any (v_new)
  order by t.tenant, k.clock_id
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

-- The gate: which commands are won whole now, and which are stored (these, and those that an earlier try had stored).
-- No conflict target: it covers a lost version, a used key, and twins inside one statement.
create function append_gate(
  c_id uuid[], c_tenant text[], g_id uuid[], g_stream uuid[], g_first integer[],
  g_key bytea[], g_body bytea[], g_status smallint[], g_version integer[], g_companion integer[], g_judged timestamptz[],
  g_detail text[], g_kept boolean[],
  out v_new uuid[], out v_stored uuid[])
language plpgsql as $$
#variable_conflict use_column
declare
  v_fresh uuid[];
begin
  with fresh as (
    insert into commands (tenant, stream_id, first_version, command_id,
                          key_hash, body_hash, status, version, companion_version, judged_at, detail, kept_for_ever)
    select c_tenant[array_position(c_id, g.id)], g.stream_id, g.first, g.id,
      g.key, g.body, g.status, g.version, g.companion, g.judged, g.detail, coalesce(g.kept, false)
    from unnest(g_id, g_stream, g_first, g_key, g_body, g_status, g_version, g_companion, g_judged, g_detail, g_kept) with ordinality
      as g(id, stream_id, first, key, body, status, version, companion, judged, detail, kept, n)
    order by 1, 2, 3, n
    on conflict do nothing
    returning command_id)
  select coalesce(array_agg(command_id), '{}') into v_fresh from fresh;
  if cardinality(v_fresh) = cardinality(g_id) then
    v_new := c_id;
    v_stored := c_id;
    return;
  end if;

  select coalesce(array_agg(id) filter (where got = asked and fresh = asked), '{}'),
         coalesce(array_agg(id) filter (where got = asked), '{}')
    into v_new, v_stored
    from (
      select g.id, count(*) as asked, count(x.command_id) as got, cardinality(array_positions(v_fresh, g.id)) as fresh
      from unnest(g_id, g_stream, g_first) as g(id, stream_id, first)
      join unnest(c_id, c_tenant) as c(id, tenant) using (id)
      left join commands x on (x.tenant, x.stream_id, x.first_version, x.command_id) = (c.tenant, g.stream_id, g.first, g.id)
      group by g.id) outcome;
  -- A command that did not get all its gates gives the others back.
  delete from commands x
    using unnest(g_id, g_stream, g_first) as g(id, stream_id, first)
    join unnest(c_id, c_tenant) as c(id, tenant) using (id)
    where (x.tenant, x.stream_id, x.first_version, x.command_id) = (c.tenant, g.stream_id, g.first, g.id)
      and g.id <> all (v_stored);
end $$;

-- Any number of commands, each on any number of streams, each stored whole or not at all; returns those that are stored.
-- The rest lost a race or a key. A command that is sent again after a lost connection is found by its gate rows.
-- The tenant stands once, with its command; every other row takes it from there, so that none can name another.
-- c: commands. g: their gates, with the answer on one of them. e: events. s: headers of new streams. p: keys of persons.
-- k: the subject's side of clocks, as JSON. Errors: AZ001, the caller is wrong and nothing is stored.
create function append(
  c_id uuid[], c_tenant text[], c_actor text[], c_correlation text[],
  g_id uuid[], g_stream uuid[], g_first integer[],
  g_key bytea[], g_body bytea[], g_status smallint[], g_version integer[], g_companion integer[], g_judged timestamptz[],
  g_detail text[], g_kept boolean[],
  e_id uuid[], e_stream uuid[], e_version integer[], e_name text[], e_schema integer[], e_payload bytea[], e_at timestamptz[],
  s_id uuid[], s_stream uuid[], s_kind text[], s_region text[], s_policy uuid[], s_broker text[],
  p_id uuid[], p_stream uuid[], p_person uuid[], p_wrapped bytea[],
  k_rows json)
returns setof uuid
language plpgsql security definer set search_path = public, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  v_role text := coalesce(current_setting('anze.role', true), '');
  v_fault text;
  v_new uuid[];
  v_stored uuid[];
  v_epoch smallint;
  v_now timestamptz;
begin
  perform set_config('anze.role', 'worker', true);
  v_fault := append_fault(c_id, c_tenant, g_id, g_stream, g_first, e_id, e_stream, e_version, s_id, s_stream, p_id, p_stream);
  if v_fault is not null then
    raise exception '%', v_fault using errcode = 'AZ001';
  end if;

  select r.v_new, r.v_stored into v_new, v_stored
    from append_gate(c_id, c_tenant, g_id, g_stream, g_first,
                     g_key, g_body, g_status, g_version, g_companion, g_judged, g_detail, g_kept) r;

  if cardinality(v_new) > 0 then
    -- One moment for all that is recorded together, taken behind the gate: so it rises with the versions of a stream.
    select l.current, clock_timestamp() + t.offset_us * interval '1 microsecond' into v_epoch, v_now
      from log_epoch l cross join sandbox_clock t;
    if cardinality(s_id) > 0 then
      insert into streams (tenant, stream_id, kind, region, policy_stream, broker)
        select c_tenant[array_position(c_id, s.id)], s.stream_id, s.kind, s.region, s.policy, s.broker
        from unnest(s_id, s_stream, s_kind, s_region, s_policy, s_broker) as s(id, stream_id, kind, region, policy, broker)
        where s.id = any (v_new)
        order by 1, 2
        on conflict do nothing;
    end if;
    insert into events (epoch, tenant, stream_id, version, name, schema_version, payload, occurred_at, recorded_at,
                        actor, correlation_id, causation_id, digest)
      select v_epoch, c.tenant, e.stream_id, e.version, e.name, e.schema_version, e.payload, e.at, v_now,
        c_actor[e.n], c_correlation[e.n], e.id,
        event_digest(c.tenant, e.stream_id, e.version, e.name, e.schema_version, e.at, e.payload)
      from (
        select e.*, array_position(c_id, e.id) as n
        from unnest(e_id, e_stream, e_version, e_name, e_schema, e_payload, e_at) with ordinality
          as e(id, stream_id, version, name, schema_version, payload, at, place)
        where e.id = any (v_new)) e
      cross join lateral (select c_tenant[e.n] as tenant) c
      order by e.place;
    if cardinality(p_id) > 0 then
      -- A second key for a person would leave unreadable what was encrypted with it: that is an error, never a silence.
      insert into person_keys (tenant, stream_id, person_id, wrapped)
        select c_tenant[array_position(c_id, p.id)], p.stream_id, p.person_id, p.wrapped
        from unnest(p_id, p_stream, p_person, p_wrapped) as p(id, stream_id, person_id, wrapped)
        where p.id = any (v_new)
        order by 1, 2, 3;
    end if;
    if k_rows is not null then
      perform append_clocks(c_id, c_tenant, g_id, g_stream, v_new, k_rows);
    end if;
  end if;
  perform set_config('anze.role', v_role, true);
  return query select unnest(v_stored);
end $$;
grant execute on function append(
  uuid[], text[], text[], text[], uuid[], uuid[], integer[], bytea[], bytea[], smallint[], integer[], integer[], timestamptz[], text[],
  boolean[], uuid[], uuid[], integer[], text[], integer[], bytea[], timestamptz[], uuid[], uuid[], text[], text[], uuid[], text[],
  uuid[], uuid[], uuid[], bytea[], json) to claims_command, claims_worker;
