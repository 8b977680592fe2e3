-- Who sees what. The settings are local to a transaction: anze.role, anze.tenant, anze.broker, anze.region.
-- A setting that is missing or empty sees nothing.

-- Insurers and their operations staff see their own tenant; admin and worker see all.
create function sees_tenant(tenant text) returns boolean language sql stable as $$
  select case current_setting('anze.role', true)
    when 'insurer' then tenant = nullif(current_setting('anze.tenant', true), '')
    when 'operations' then tenant = nullif(current_setting('anze.tenant', true), '')
    when 'admin' then true
    when 'worker' then true
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

alter table streams enable row level security;
alter table streams force row level security;
create policy streams_seen on streams for select to claims_read, claims_owner
  using (sees_tenant(tenant) or sees_place(region, broker));
-- Within one load: the policy streams of the claims that were found, whose limits a claim is shown with.
create policy streams_companion on streams for select to claims_owner
  using (stream_id = any (nullif(current_setting('anze.companions', true), '')::uuid[]));
create policy streams_written on streams for insert to claims_owner with check (sees_tenant(tenant));

-- `offset 0` keeps the planner from hashing every stream for the sake of a page of events.
alter table events enable row level security;
alter table events force row level security;
create policy events_seen on events for select to claims_read, claims_owner
  using (sees_tenant(tenant) or exists (
    select from streams s where (s.tenant, s.stream_id) = (events.tenant, events.stream_id) offset 0));
create policy events_written on events for insert to claims_owner with check (sees_tenant(tenant));

alter table clocks enable row level security;
alter table clocks force row level security;
create policy clocks_seen on clocks for select to claims_read, claims_owner
  using (sees_tenant(tenant) or sees_place(region, broker));
create policy clocks_written on clocks for insert to claims_owner with check (sees_tenant(tenant));
create policy clocks_changed on clocks for update to claims_owner using (sees_tenant(tenant));

-- The keys of persons never leave their tenant, not even for an admin.
alter table person_keys enable row level security;
alter table person_keys force row level security;
create policy person_keys_seen on person_keys for select to claims_read, claims_owner
  using (current_setting('anze.role', true) in ('insurer', 'operations') and sees_tenant(tenant));
create policy person_keys_written on person_keys for insert to claims_owner with check (sees_tenant(tenant));

-- Nobody lists commands; a caller finds the answer to its own key in the tenant that it writes to.
alter table commands enable row level security;
alter table commands force row level security;
create policy commands_seen on commands for select to claims_owner
  using (sees_tenant(tenant) or tenant = nullif(current_setting('anze.tenant', true), ''));
create policy commands_written on commands for insert to claims_owner with check (sees_tenant(tenant));
create policy commands_withdrawn on commands for delete to claims_owner using (sees_tenant(tenant));

alter default privileges revoke execute on functions from public;
revoke execute on all functions in schema public from public;

grant execute on function sees_tenant(text), sees_place(text, text), covers(text, text) to claims_read, claims_worker;
grant select on events, streams, clocks, person_keys, log_epoch, sandbox_clock, instance to claims_read;

-- The log is added to and never changed: nobody may update or delete an event.
grant select, insert on events, streams to claims_worker;
grant select, insert, update, delete on clocks, checkpoints to claims_worker;
grant select, insert, delete on person_keys to claims_worker;
grant select on instance, log_epoch to claims_worker;
grant select, update on sandbox_clock to claims_worker;
grant select on commands to claims_worker;
grant update (key_hash) on commands to claims_worker;
