-- $1 now (business time), $2 how many clocks. Writes levels and withdrawals into the clocks' own streams, and nothing else does.
-- A clock that several watches want goes to one of them; one that a command stamped with a newer transaction waits for the next sweep,
-- else the log could show a withdrawal before its cause. A target has no levels behind its miss.
with due as materialized (
  select tenant, clock_id, subject, rule, tier, responsible, region, broker, due_at, rulebook, calendar_version,
         version, level, marks, ended_at, tx_id,
         least(width_bucket(coalesce(ended_at, $1::timestamptz), marks), case tier when 'target' then 4 else 6 end)::smallint as target
  from clocks
  where next_at <= $1
  order by next_at
  limit $2
  for update skip locked),
step as (
  select d.*,
         level >= 4 and target < 4 as withdraws,
         case when level >= 4 and target < 4 then target else greatest(level, target) end as reached,
         -- unused slots equal the next one and say nothing
         array(select g from generate_series(level + 1, target) g where g = 6 or marks[g] < marks[g + 1]) as slots
  from due d),
moved as (
  update clocks c set
    level = s.reached,
    version = s.version + case when s.withdraws then 1 else cardinality(s.slots) end,
    breached_at = case when s.level < 4 and s.reached >= 4 then s.marks[4] else c.breached_at end,
    withdrawn_at = case when s.withdraws then $1 when s.level < 4 and s.reached >= 4 then null else c.withdrawn_at end,
    next_at = case when s.ended_at is null and not (s.tier = 'target' and s.reached >= 4)
                   then nullif(s.marks[s.reached + 1], 'infinity') end,
    tx_id = pg_current_xact_id()
  from step s
  where (c.tenant, c.clock_id) = (s.tenant, s.clock_id) 
    -- the case keeps the planner from asking for the id, which would give an idle sweep one
    and case when s.tx_id < pg_current_xact_id() then true end
  returning s.*),
said as (
  select m.*, m.version + 1 as event_version, m.reached::integer as slot, $1::timestamptz as at, true as alert,
         case m.tier when 'target' then 'miss_withdrawn' else 'breach_withdrawn' end as name
  from moved m
  where m.withdraws
  union all
  select m.*, m.version + n::integer, slot, m.marks[slot],
         -- several at once: only the last is told
         slot = m.slots[cardinality(m.slots)] and (m.ended_at is null or slot >= 4),
         case
           when slot < 4 then 'clock_at_risk'
           when slot > 4 then 'clock_escalated'
           when m.tier = 'target' then 'clock_missed'
           else 'clock_breached'
         end
  from moved m cross join lateral unnest(m.slots) with ordinality as u(slot, n)
  where not m.withdraws),
written as (
  select s.*, h.kind, h.policy_stream, last.correlation_id,
         -- what ended the clock, or moved it, is the command that the subject recorded last
         case when s.withdraws or s.ended_at is not null then last.causation_id end as causation_id,
         convert_to(json_build_object(
           'data', json_build_object(
             'subject', s.subject, 'subject_kind', h.kind, 'rule', s.rule, 'level', s.slot, 'alert', s.alert,
             'due_at', to_char(s.due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
             'tier', s.tier, 'responsible', s.responsible),
           'basis', json_build_object('rulebooks', json_build_array(s.rulebook), 'calendar', s.calendar_version))::text, 'UTF8') as payload
  from said s
  left join streams h on (h.tenant, h.stream_id) = (s.tenant, s.subject)
  left join lateral (
    select e.correlation_id, e.causation_id from events e
    where (e.tenant, e.stream_id) = (s.tenant, s.subject) order by e.version desc limit 1) last on true),
headers as (
  -- a clock's stream is seen by whoever sees its subject; its header comes with its first event
  insert into streams (tenant, stream_id, kind, region, policy_stream, broker)
  select tenant, clock_id, 'clock', region, policy_stream, broker from written where event_version = 1
  on conflict do nothing),
stored as (
  insert into events (epoch, tenant, stream_id, version, name, schema_version, payload, occurred_at, recorded_at,
                      actor, correlation_id, causation_id, digest)
  select l.current, w.tenant, w.clock_id, w.event_version, w.name, 1, w.payload, w.at, t.now,
         'sla-watch', coalesce(w.correlation_id, 'sla-watch'), w.causation_id,
         event_digest(w.tenant, w.clock_id, w.event_version, w.name, 1, w.at, w.payload)
  from written w
  cross join log_epoch l
  cross join (select business_now() as now offset 0) t
  order by w.at, w.tenant, w.clock_id, w.event_version
  returning 1)
select (select count(*) from moved) as moved,
       (select count(*) from stored) as written,
       w.names, w.rules, w.lags
from (select coalesce(array_agg(name), '{}') as names, coalesce(array_agg(rule), '{}') as rules,
             coalesce(array_agg(extract(epoch from $1 - at)::float8), '{}') as lags
      from (select * from written order by at, tenant, clock_id, event_version) o) w
