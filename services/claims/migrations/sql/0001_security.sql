-- Who sees what. The settings are local to a transaction: anze.role, anze.tenant, anze.broker, anze.region.
-- A setting that is missing or empty sees nothing.

-- Insurers and their operations staff see their own tenant; admin and worker see all.
create function sees_tenant(tenant text) returns boolean language sql stable as $$
  select case
    when current_setting('anze.role', true) in ('worker', 'admin') then true
    when current_setting('anze.role', true) in ('insurer', 'operations') then tenant = nullif(current_setting('anze.tenant', true), '')
    else false
  end
$$;

-- A region code (GB/T 2260: two digits each of province, city, county) that ends in zeros covers those below it.
create function covers(code text, region text) returns boolean language sql immutable as $$
  select case
    when code !~ '^[0-9]{6}$' or code like '00%' then false
    when code like '%0000' then left(region, 2) = left(code, 2)
    when code like '%00' then left(region, 4) = left(code, 4)
    else region = code
  end
$$;

-- A broker sees the claims that it brought; a regulator sees its region and those below it.
create function sees_place(region text, broker text) returns boolean language sql stable as $$
  select coalesce(case current_setting('anze.role', true)
    when 'broker' then broker = nullif(current_setting('anze.broker', true), '')
    when 'regulator' then covers(current_setting('anze.region', true), region)
  end, false)
$$;

-- Targets and provisional clocks never leave the insurer; a broker sees the targets that it owes itself.
create function leaves_insurer(tier text, responsible text, provisional boolean) returns boolean language sql stable as $$
  select not provisional
    and (tier <> 'target' or (responsible = 'broker' and current_setting('anze.role', true) = 'broker'))
$$;

-- A policy for each reader. What claims_read lists is many rows: there a policy is an expression that is inlined. What load and
-- append touch as claims_owner is a handful: there, setting up a long expression costs more than the rows, and so theirs are short.
-- Append writes as worker, and takes the tenant of every row from its command.

-- Within one load: also the policy streams of the claims that were found (anze.companions), whose limits a claim is shown with.
create function is_opened(tenant text, stream_id uuid, region text, broker text) returns boolean language plpgsql stable as $$
begin
  return sees_tenant(tenant) or sees_place(region, broker)
    or stream_id = any (nullif(current_setting('anze.companions', true), '')::uuid[]);
end $$;

alter table streams enable row level security;
alter table streams force row level security;
-- A clock's own stream is seen by whoever sees the clock.
create policy streams_seen on streams for select to claims_read
  using (sees_tenant(tenant) or (sees_place(region, broker) and (kind <> 'clock' or exists (
    select from clocks c where (c.tenant, c.clock_id) = (streams.tenant, streams.stream_id) offset 0))));
create policy streams_opened on streams for select to claims_owner
  using (current_setting('anze.role', true) = 'worker' or is_opened(tenant, stream_id, region, broker));
create policy streams_written on streams for insert to claims_owner
  with check (current_setting('anze.role', true) = 'worker');

-- What the subject's stream says of clocks is told to its tenant alone: it names targets and provisional dates too. Others read the
-- clocks that they may see, and what the watch records of these.
-- `offset 0` keeps the planner from hashing every stream for the sake of a page of events.
-- Load reads the events of the streams that it found under their policy (anze.opened), and no others.
alter table events enable row level security;
alter table events force row level security;
create policy events_seen on events for select to claims_read
  using (sees_tenant(tenant) or (
    name <> all ('{clock_started,clock_rescheduled,clock_ended,clock_reopened}')
    and exists (select from streams s where (s.tenant, s.stream_id) = (events.tenant, events.stream_id) offset 0)));
create policy events_opened on events for select to claims_owner
  using (current_setting('anze.role', true) = 'worker'
    or stream_id = any (nullif(current_setting('anze.opened', true), '')::uuid[]));
create policy events_written on events for insert to claims_owner
  with check (current_setting('anze.role', true) = 'worker');

alter table clocks enable row level security;
alter table clocks force row level security;
create policy clocks_seen on clocks for select to claims_read
  using (sees_tenant(tenant) or (sees_place(region, broker) and leaves_insurer(tier, responsible, provisional)));
create policy clocks_upserted on clocks for select to claims_owner
  using (current_setting('anze.role', true) = 'worker');
create policy clocks_written on clocks for insert to claims_owner
  with check (current_setting('anze.role', true) = 'worker');
create policy clocks_changed on clocks for update to claims_owner
  using (current_setting('anze.role', true) = 'worker');

-- The keys of persons never leave their tenant, not even for an admin.
alter table person_keys enable row level security;
alter table person_keys force row level security;
create policy person_keys_seen on person_keys for select to claims_read, claims_owner
  using (current_setting('anze.role', true) in ('insurer', 'operations') and sees_tenant(tenant));
create policy person_keys_written on person_keys for insert to claims_owner
  with check (current_setting('anze.role', true) = 'worker');

-- Nobody lists commands; a caller finds the answer to its own key in the tenant that it writes to.
alter table commands enable row level security;
alter table commands force row level security;
create policy commands_seen on commands for select to claims_owner
  using (current_setting('anze.role', true) = 'worker' or tenant = nullif(current_setting('anze.tenant', true), ''));
create policy commands_written on commands for insert to claims_owner
  with check (current_setting('anze.role', true) = 'worker');
create policy commands_withdrawn on commands for delete to claims_owner
  using (current_setting('anze.role', true) = 'worker');

alter default privileges revoke execute on functions from public;
revoke execute on all functions in schema public from public;

grant execute on function sees_tenant(text), sees_place(text, text), covers(text, text), leaves_insurer(text, text, boolean) to claims_read, claims_worker;
grant select on events, streams, clocks, person_keys, log_epoch, sandbox_clock, instance to claims_read;

-- The log is added to and never changed: nobody may update or delete an event.
grant select, insert on events, streams to claims_worker;
grant select, insert, update, delete on clocks, checkpoints to claims_worker;
grant select, insert, delete on person_keys to claims_worker;
grant select on instance, log_epoch to claims_worker;
grant select, update on sandbox_clock to claims_worker;
grant select on commands to claims_worker;
grant update (key_hash) on commands to claims_worker;
