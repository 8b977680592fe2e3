-- What every process asks at its start and while it waits: is this a sandbox, and how far has its clock come?
create function sandbox_state()
returns table (sandbox boolean, offset_us bigint, now timestamptz, target_at timestamptz, reached_at timestamptz)
language sql volatile security definer set search_path = public, pg_temp as $$
  select i.sandbox, c.offset_us, clock_timestamp() + c.offset_us * interval '1 microsecond', c.target_at, c.reached_at
  from instance i cross join sandbox_clock c
$$;

-- The api stores where the clock is to go; a worker steps there. Errors: AZ002 not a sandbox, AZ003 backwards.
create function set_sandbox_target(p_target timestamptz) returns timestamptz
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  v_target timestamptz;
begin
  if not exists (select from instance where sandbox) then
    raise exception 'this instance is not a sandbox: its time is the wall clock''s' using errcode = 'AZ002';
  end if;
  update sandbox_clock set target_at = p_target
    where p_target >= clock_timestamp() + offset_us * interval '1 microsecond'
      and p_target >= coalesce(case when reached_at is distinct from target_at then target_at end, p_target)
    returning target_at into v_target;
  if v_target is null then
    raise exception 'a sandbox clock never goes backwards' using errcode = 'AZ003';
  end if;
  return v_target;
end $$;

-- The same for a caller's key: the first step with a key is taken, and every later one gets its body and target.
create function step_sandbox(p_target timestamptz, p_key bytea, p_body bytea)
returns table (body_hash bytea, target_at timestamptz, replayed boolean)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
  perform from sandbox_clock for update;  -- one step at a time: a twin waits and finds the first
  return query select s.body_hash, s.target_at, true from sandbox_steps s where s.key_hash = p_key;
  if not found then
    insert into sandbox_steps values (p_key, p_body, set_sandbox_target(p_target));
    return query select p_body, p_target, false;
  end if;
end $$;
grant execute on function step_sandbox(timestamptz, bytea, bytea) to claims_command;
grant execute on function sandbox_state(), set_sandbox_target(timestamptz) to claims_command, claims_worker;
