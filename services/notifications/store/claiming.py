"""The statement that leases due deliveries."""

from sqlalchemy import text

CLAIM = text("""
with busy as (
  select endpoint_id, count(*) as n from deliveries
  where status = 'pending' and lease_until > :wall group by endpoint_id),
due as (
  select d.id, coalesce(b.n, 0)
             + row_number() over (partition by d.endpoint_id order by d.next_at, d.position) as place,
         case when e.failures > 0 then 1 else cast(:cap as int) end as places
  from deliveries d
  join endpoints e on e.id = d.endpoint_id and e.enabled and e.deleted_at is null
  left join busy b on b.endpoint_id = d.endpoint_id
  where d.status = 'pending' and d.next_at <= :now and (d.lease_until is null or d.lease_until <= :wall)
    and not exists (
      select from deliveries earlier
      where earlier.endpoint_id = d.endpoint_id and earlier.lane = d.lane and earlier.status = 'pending'
        and earlier.position < d.position)),
taken as (
  select d.id, d.lease_until is not null as taken_over
  from deliveries d join due on due.id = d.id
  where due.place <= due.places
    and d.status = 'pending' and d.next_at <= :now and (d.lease_until is null or d.lease_until <= :wall)
  order by d.next_at, d.position limit :most
  for update of d skip locked),
leased as (
  update deliveries d
  set lease_until = :until, leased_by = :worker, attempts = d.attempts + 1, tries = d.tries + 1, version = d.version + 1
  from taken t where d.id = t.id
  returning d.*, t.taken_over),
begun as (
  insert into attempts (delivery_id, number, started_at) select id, attempts, :now from leased),
interrupted as (
  update attempts a
  set outcome = 'unknown', detail = 'the worker that made this attempt ended, or lost the database; it may have arrived'
  from leased l where a.delivery_id = l.id and a.number < l.attempts and a.outcome is null)
select l.id, l.alert_id, l.endpoint_id, l.channel, l.attempts, l.tries, l.deadline_at, l.taken_over, l.position,
       e.address, e.secret, a.kind, a.document, a.correlation_id
from leased l join endpoints e on e.id = l.endpoint_id join alerts a on a.id = l.alert_id
order by l.next_at, l.position
""")
"""Of one endpoint and lane only the oldest is a candidate. An endpoint that failed last gets one attempt at a time
until one arrives, so that dead receivers cannot use up a worker. What another worker locked is skipped; what it has
leased since this statement began is seen when the row is locked, because the conditions stand there again. Two workers
that look at the same moment can together pass the cap by one look: it is a courtesy to the receiver, no guarantee."""

STATE = text("""
select count(*) filter (where e.enabled and d.next_at <= :now) as due,
       count(*) filter (where e.enabled and d.next_at > :now) as waiting,
       count(*) filter (where not e.enabled) as held,
       min(d.created_at) filter (where e.enabled) as oldest
from deliveries d join endpoints e on e.id = d.endpoint_id where d.status = 'pending'
""")
