-- A rest is what the receiver asked for, a place in line what other channels fall back on (null: never used so). Gone:
-- the receiver wants nothing more, ever.
alter table endpoints
  add column rests_until timestamptz,
  add column fallback_order smallint default 100,
  add column gone_at timestamptz;

-- behind: known to wait for an earlier one of its lane; the worker looks at the others only.
alter table deliveries
  add column schedule text not null default 'authority',
  add column behind boolean not null default false,
  add column reason text,
  add column ended_at timestamptz,
  add column handed_from uuid references deliveries,
  add column replayed_at timestamptz,
  add column told_as uuid,
  add column told_at timestamptz,
  drop constraint deliveries_status,
  add constraint deliveries_status check (status in ('pending', 'delivered', 'dead', 'handed_on', 'cancelled'));
-- Those that were given up before anybody was told of such things are not told now.
update deliveries set told_at = coalesce(delivered_at, deadline_at) where status = 'dead';
update deliveries d set behind = true where d.status = 'pending' and exists (
  select from deliveries e where e.endpoint_id = d.endpoint_id and e.lane = d.lane and e.status = 'pending'
  and e.position < d.position);

drop index deliveries_due;
create index deliveries_ready on deliveries (endpoint_id, next_at, position) where status = 'pending' and not behind;
create index deliveries_untold on deliveries (endpoint_id, position)
  where status = 'dead' and told_at is null;

alter table attempts
  add column endpoint_id uuid,
  add column worker text,
  add column replay boolean not null default false;
update attempts a set endpoint_id = d.endpoint_id from deliveries d where d.id = a.delivery_id;
alter table attempts alter column endpoint_id set not null;
update attempts set outcome = case
  when detail = 'the worker that made this attempt ended, or lost the database; it may have arrived' then 'interrupted'
  else 'ambiguous' end
where outcome = 'unknown';
create index attempts_by_endpoint on attempts (endpoint_id, started_at)
