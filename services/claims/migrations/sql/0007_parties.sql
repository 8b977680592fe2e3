-- Parties and the series of reports that they owe: streams of the party's own tenant, whose code is the party's.

-- Insurers and brokers share one namespace of codes: a broker sees its own tenant whole, as an insurer does.
create or replace function sees_tenant(tenant text) returns boolean language sql stable as $$
  select case
    when current_setting('anze.role', true) in ('worker', 'admin') then true
    when current_setting('anze.role', true) in ('insurer', 'operations') then tenant = nullif(current_setting('anze.tenant', true), '')
    when current_setting('anze.role', true) = 'broker' then tenant = nullif(current_setting('anze.broker', true), '')
    else false
  end
$$;

-- Of a series, too, outsiders read the clocks that they may see, and what the watch records of these.
drop policy events_seen on events;
create policy events_seen on events for select to claims_read
  using (sees_tenant(tenant) or (
    name <> all ('{clock_started,clock_rescheduled,clock_ended,clock_reopened,period_opened,periodic_report_submitted,period_lapsed,period_reinstated}')
    and exists (select from streams s where (s.tenant, s.stream_id) = (events.tenant, events.stream_id) offset 0)));

-- The few parties among all streams: the worker looks at them twice a second.
create index streams_of_parties on streams (tenant, stream_id) where kind = 'party';
