"""The statements of the queue: leasing what is due, recording what came of it, letting the next of a lane come up."""

from sqlalchemy import text

CLAIM = text("""
with moment as (
  select cast(:wall as timestamptz) + offset_us * interval '1 microsecond' as now from sandbox_clock),
busy as (
  select endpoint_id, count(*) as n from deliveries
  where status = 'pending' and lease_until > :wall group by endpoint_id),
open as (
  select e.id, e.failures > 0 as troubled,
         greatest(0, case when e.failures > 0 then 1 else cast(:cap as int) end - coalesce(b.n, 0)) as free,
         coalesce(b.n, 0) as out
  from moment, endpoints e left join busy b on b.endpoint_id = e.id
  where e.enabled and e.deleted_at is null and (e.rests_until is null or e.rests_until <= moment.now)),
due as (
  select head.id, o.troubled,
         o.out + row_number() over (partition by o.id order by head.next_at, head.position) as turn
  from moment, open o cross join lateral (
    select d.id, d.next_at, d.position from deliveries d
    where d.endpoint_id = o.id and d.status = 'pending' and not d.behind and d.next_at <= moment.now
      and d.held_until is null and d.digest_id is null
      and (d.lease_until is null or d.lease_until <= :wall)
      and not exists (
        select from deliveries earlier
        where earlier.endpoint_id = d.endpoint_id and earlier.lane = d.lane and earlier.status = 'pending'
          and earlier.position < d.position)
    order by d.next_at, d.position limit o.free) head),
taken as (
  select d.id, d.lease_until is not null as taken_over
  from moment, deliveries d join due on due.id = d.id
  where d.status = 'pending' and d.next_at <= moment.now and (d.lease_until is null or d.lease_until <= :wall)
    and d.held_until is null and d.digest_id is null
  order by due.troubled, due.turn, d.next_at, d.position limit :most
  for no key update of d skip locked),
leased as (
  update deliveries d
  set lease_until = :until, leased_by = :worker, attempts = d.attempts + 1, tries = d.tries + 1, version = d.version + 1
  from taken t where d.id = t.id
  returning d.*, t.taken_over),
begun as (
  insert into attempts (delivery_id, number, started_at, endpoint_id, worker, replay)
  select id, attempts, moment.now, endpoint_id, :worker, replayed_at is not null from leased, moment),
interrupted as (
  update attempts a
  set outcome = 'interrupted',
      detail = 'the worker that made this attempt ended, or lost the database; it may have arrived'
  from leased l where a.delivery_id = l.id and a.number < l.attempts and a.outcome is null)
select l.id, l.alert_id, l.endpoint_id, l.channel, l.lane, l.attempts, l.tries, l.deadline_at, l.schedule,
       l.lease_until, l.taken_over,
       e.address, e.secret, r.language, a.kind, a.time, a.document, a.correlation_id, l.repeat,
       array(select more.document from deliveries m join alerts more on more.id = m.alert_id
             where m.digest_id = l.id order by m.position) as others
from leased l join endpoints e on e.id = l.endpoint_id join recipients r on r.id = l.recipient_id
join alerts a on a.id = l.alert_id
order by l.next_at, l.position
""")
"""Each endpoint offers as many as it has free places, of each lane only the oldest, and all endpoints take turns: the
first of each, then the second of each. One that failed last gets one attempt at a time until one arrives, and after
all that are well, so that dead receivers cannot use up a worker. What another worker locked is skipped; what it has
leased since this statement began is seen when the row is locked, because the conditions stand there again. Two workers
that look at the same moment can together pass the cap by one look: it is a courtesy to the receiver, no guarantee."""

HOLD = text(
    "select id from deliveries where id = any(:ids) or digest_id = any(:ids) order by endpoint_id, id for update"
)
"""Whoever adds to one of these lanes waits now, or is waited for: see `LAST_IN_LANE`."""

FINISH = text("""
with done as (
  select * from unnest(
    cast(:ids as uuid[]), cast(:numbers as int[]), cast(:statuses as text[]), cast(:next_at as timestamptz[]),
    cast(:counts as boolean[]), cast(:reasons as text[]), cast(:outcomes as text[]), cast(:codes as int[]),
    cast(:details as text[]), cast(:took as int[]))
  as t (id, number, status, next_at, counts, reason, outcome, code, detail, took)),
logged as (
  update attempts a
  set outcome = t.outcome, status_code = t.code, milliseconds = t.took,
      detail = case when a.outcome = 'interrupted' then 'after its lease ran out: ' else '' end || t.detail
  from done t where a.delivery_id = t.id and a.number = t.number),
stepped as (
  update deliveries d
  set status = case when t.status = 'dead' and d.delivered_at is not null then 'delivered' else t.status end,
      delivered_at = case when t.status = 'delivered' then coalesce(d.delivered_at, :now) else d.delivered_at end,
      next_at = coalesce(t.next_at, d.next_at),
      tries = case when t.counts then d.tries else greatest(d.tries - 1, 0) end,
      ended_at = case when t.status = 'pending' then null else cast(:now as timestamptz) end,
      reason = case when t.status = 'delivered' then null else coalesce(t.reason, d.reason) end,
      lease_until = null, version = d.version + 1
  from done t
  where d.id = t.id and (
    (t.status = 'delivered' and d.status in ('pending', 'dead', 'handed_on'))
    or (d.status = 'pending' and d.attempts = t.number and d.lease_until is not null))
  returning d.id, d.endpoint_id, d.lane, d.status, d.delivered_at = :now as first)
select * from stepped
""")
"""The step is taken if the lease is still this worker's; what arrived has arrived, whoever holds the lease by now. A
repetition that fails for good leaves what was delivered before as delivered."""

FOLLOW = text("""
update deliveries m
set status = case when m.delivered_at is null then c.status else 'delivered' end,
    delivered_at = coalesce(m.delivered_at, c.delivered_at), ended_at = c.ended_at, reason = c.reason,
    version = m.version + 1
from deliveries c
where c.id = any(:ids) and m.digest_id = c.id and c.status in ('delivered', 'dead') and m.status <> c.status
  and m.status in ('pending', 'dead', 'handed_on')
returning m.id, m.endpoint_id, m.lane, m.status, false as first
""")
"""What goes with a message that lists it has arrived, or was given up, with that message."""

HEALTH = text("""
with seen as (
  select * from unnest(
    cast(:ids as uuid[]), cast(:well as boolean[]), cast(:failed as int[]), cast(:gone as text[]),
    cast(:rests as timestamptz[]))
  as t (id, well, failed, gone, rests)),
held as (
  select e.id from endpoints e join seen s on s.id = e.id
  where s.failed > 0 or (s.well and e.failures > 0) or s.rests is not null order by e.id for no key update of e)
update endpoints e
set failures = case when s.well then 0 else e.failures + s.failed end,
    rests_until = greatest(e.rests_until, s.rests),
    enabled = e.enabled and s.gone is null,
    disabled_reason = case when s.gone is not null and e.enabled then s.gone else e.disabled_reason end,
    gone_at = case when s.gone is not null then :now else e.gone_at end,
    version = e.version + case when s.gone is not null then 1 else 0 end
from seen s join held h on h.id = s.id
where e.id = s.id
""")
"""What a batch of attempts says of their endpoints; one that is well, and was, is not touched."""

COME_UP = text("""
update deliveries d set behind = false
where d.behind and d.id = any(array(
  select head.id
  from unnest(cast(:endpoints as uuid[]), cast(:lanes as text[])) as t (endpoint_id, lane) cross join lateral (
    select n.id from deliveries n
    where n.endpoint_id = t.endpoint_id and n.lane = t.lane and n.status = 'pending'
    order by n.endpoint_id, n.lane, n.position limit 1) head))
""")
"""The next of each of these lanes. A statement of its own after `HOLD`: it sees whatever was added before that."""

LAST_IN_LANE = text("""
select d.endpoint_id, d.lane from deliveries d
where d.status = 'pending' and d.id = any(array(
  select last.id
  from (select distinct * from unnest(cast(:endpoints as uuid[]), cast(:lanes as text[])) as t (id, lane)) e
  cross join lateral (
    select d.id from deliveries d
    where d.endpoint_id = e.id and d.lane = e.lane and d.status = 'pending'
    order by d.endpoint_id desc, d.lane desc, d.position desc limit 1) last))
order by d.endpoint_id, d.id for key share of d
""")
"""At which endpoints something of these lanes waits. The last of them cannot end before what is added behind it is
there to be seen, for whoever ends it locks it first (`HOLD`). One that ends meanwhile is left out: what is added is
then looked at by the worker itself. The array is made once, whatever the planner believes: the plan is that of the
first time, when the tables may have been empty, and as a join it could look for every last one anew for each row."""

STATE = text("""
select count(*) filter (where e.enabled and d.held_until is null and d.next_at <= :now) as due,
       count(*) filter (where e.enabled and (d.held_until is not null or d.next_at > :now)) as waiting,
       count(*) filter (where not e.enabled) as held,
       min(d.created_at) filter (where e.enabled and d.held_until is null) as oldest,
       (select count(*) from deliveries where status = 'dead' and told_at is null) as untold
from deliveries d join endpoints e on e.id = d.endpoint_id where d.status = 'pending'
""")
