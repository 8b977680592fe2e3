-- Business time: the wall clock, and in a sandbox its offset.
create function business_now() returns timestamptz language sql volatile as $$
  select clock_timestamp() + offset_us * interval '1 microsecond' from sandbox_clock
$$;

-- SHA-256 over fields that cannot run into each other: each text is led by its length, the payload comes last.
create function event_digest(
  tenant text, stream_id uuid, version integer, name text, schema_version integer, occurred_at timestamptz, payload bytea
) returns bytea language sql stable as $$
  select sha256(
    int4send(octet_length(tenant)) || convert_to(tenant, 'UTF8') || uuid_send(stream_id) || int4send(version)
    || int4send(octet_length(name)) || convert_to(name, 'UTF8') || int4send(schema_version)
    || timestamptz_send(occurred_at) || payload)
$$;

-- What one command needs, in one row and one snapshot (stable: all its statements share the caller's), so that a twin which
-- commits meanwhile is seen in the streams and in the answer, or in neither. Streams that the caller may not see are not there.
create function load(p_role text, p_tenant text, p_broker text, p_region text, p_streams uuid[], p_key bytea)
returns table (
  now timestamptz, offset_us bigint, tenant text,
  key_hash bytea, body_hash bytea, status smallint, answer_stream uuid, answer_version integer, companion_version integer,
  judged_at timestamptz,  detail text, kept_for_ever boolean,
  h_stream uuid[], h_kind text[], h_region text[], h_policy uuid[], h_broker text[],
  e_tenant text[], e_stream uuid[], e_version integer[], e_name text[], e_schema integer[], e_payload bytea[],
  e_occurred timestamptz[], e_recorded timestamptz[], e_actor text[], e_correlation text[], e_causation uuid[], e_digest bytea[],
  k_person uuid[], k_stream uuid[], k_wrapped bytea[])
language plpgsql stable security definer set search_path = public, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  v_tenant text;
  v_keys_tenant text;
  v_tenants text[];
  v_streams uuid[];
  v_kinds text[];
  v_regions text[];
  v_policies uuid[];
  v_brokers text[];
  v_companions uuid[];
begin
  perform set_config('anze.role', coalesce(p_role, ''), true), set_config('anze.tenant', coalesce(p_tenant, ''), true),
    set_config('anze.broker', coalesce(p_broker, ''), true), set_config('anze.region', coalesce(p_region, ''), true),
    set_config('anze.companions', '', true), set_config('anze.opened', '', true);

  -- Under row-level security: which streams the caller sees, and the ledgers that the claims among them share.
  select array_agg(s.tenant), array_agg(s.stream_id), array_agg(s.kind), array_agg(s.region), array_agg(s.policy_stream),
         array_agg(s.broker), max(s.tenant) filter (where s.stream_id = p_streams[1]),
         array_agg(distinct s.policy_stream) filter (where s.kind = 'claim' and s.policy_stream <> all (p_streams))
    into v_tenants, v_streams, v_kinds, v_regions, v_policies, v_brokers, v_tenant, v_companions
    from streams s where s.stream_id = any (p_streams);
  if v_companions is not null then
    perform set_config('anze.companions', v_companions::text, true);
    select v_tenants || array_agg(s.tenant), v_streams || array_agg(s.stream_id), v_kinds || array_agg(s.kind),
           v_regions || array_agg(s.region), v_policies || array_agg(s.policy_stream), v_brokers || array_agg(s.broker)
      into v_tenants, v_streams, v_kinds, v_regions, v_policies, v_brokers
      from streams s
      where s.stream_id = any (v_companions) and s.tenant = any (v_tenants);
  end if;
  -- The log opens for these streams. A broker's token names no insurer: its key lies with the tenant of the claim.
  -- In a variable: under row-level security no index is searched for what stands inside a coalesce.
  v_keys_tenant := coalesce(p_tenant, v_tenant);
  perform set_config('anze.opened', coalesce(v_streams::text, ''), true),
    set_config('anze.tenant', coalesce(v_keys_tenant, ''), true);

  -- `offset 0`: a stream's rows are looked up by its key, whatever the planner believes of the size of the log.
  return query
  select clock_timestamp() + c.offset_us * interval '1 microsecond', c.offset_us, v_tenant,
    a.key_hash, a.body_hash, a.status, a.stream_id, a.version, a.companion_version, a.judged_at, a.detail, a.kept_for_ever,
    v_streams, v_kinds, v_regions, v_policies, v_brokers, e.*, k.*
  from (select offset_us from sandbox_clock limit 1) c
  left join commands a on a.tenant = v_keys_tenant and a.key_hash = p_key
  cross join lateral (
    select array_agg(v.tenant), array_agg(v.stream_id), array_agg(v.version), array_agg(v.name), array_agg(v.schema_version),
      array_agg(v.payload), array_agg(v.occurred_at), array_agg(v.recorded_at), array_agg(v.actor), array_agg(v.correlation_id),
      array_agg(v.causation_id), array_agg(v.digest)
    from unnest(v_tenants, v_streams) as w(tenant, stream_id)
    cross join lateral (
      select s.* from events s where s.tenant = w.tenant and s.stream_id = w.stream_id order by s.version offset 0) v) e
  cross join lateral (
    select array_agg(p.person_id), array_agg(p.stream_id), array_agg(p.wrapped)
    from unnest(v_tenants, v_streams) as w(tenant, stream_id)
    cross join lateral (
      select s.* from person_keys s where s.tenant = w.tenant and s.stream_id = w.stream_id offset 0) p) k;
end $$;
grant execute on function load(text, text, text, text, uuid[], bytea) to claims_command, claims_worker;
grant execute on function business_now() to claims_worker, claims_read;
grant execute on function event_digest(text, uuid, integer, text, integer, timestamptz, bytea) to claims_worker;
