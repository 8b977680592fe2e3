-- What the board reads, at the size of a country. What a scope sees is worked out once a statement, as a subselect of the
-- policies of the tables that many rows of are looked at: a function that is called for every row costs more than the row.

create function sees_all() returns boolean language sql stable as $$
  select coalesce(current_setting('anze.role', true) in ('worker', 'admin'), false)
$$;

create function seen_tenant() returns text language sql stable as $$
  select nullif(case
    when current_setting('anze.role', true) in ('insurer', 'operations') then current_setting('anze.tenant', true)
    when current_setting('anze.role', true) = 'broker' then current_setting('anze.broker', true)
  end, '')
$$;

create function seen_broker() returns text language sql stable as $$
  select case when current_setting('anze.role', true) = 'broker' then nullif(current_setting('anze.broker', true), '') end
$$;

-- The first and the last code that a region covers, as `covers` says it; of no code, none.
create function region_span(code text) returns text[] language sql immutable as $$
  select case
    when code !~ '^[0-9]{6}$' or code like '00%' then null
    when code like '%0000' then array[code, left(code, 2) || '9999']
    when code like '%00' then array[code, left(code, 4) || '99']
    else array[code, code]
  end
$$;

create function seen_regions() returns text[] language sql stable as $$
  select case when current_setting('anze.role', true) = 'regulator' then region_span(current_setting('anze.region', true)) end
$$;

drop policy clocks_seen on clocks;
create policy clocks_seen on clocks for select to claims_read
  using ((select sees_all()) or tenant = (select seen_tenant())
    or ((broker = (select seen_broker())
         or (region collate "C" >= (select seen_regions())[1] and region collate "C" <= (select seen_regions())[2]))
        and leaves_insurer(tier, responsible, provisional)));

drop policy claim_list_seen on claim_list;
create policy claim_list_seen on claim_list for select to claims_read, claims_owner
  using ((select sees_all()) or tenant = (select seen_tenant()) or broker = (select seen_broker())
    or (region collate "C" >= (select seen_regions())[1] and region collate "C" <= (select seen_regions())[2]));

-- The queue: what runs, by the moment from which it is late. Codes of regions stand behind, to be compared in the index.
create index clocks_running on clocks (tenant, (marks[4]), due_at, clock_id, region collate "C")
  where ended_at is null and tier <> 'information';
-- Breaches, newest first; targets are asked for by themselves, and seldom.
create index clocks_breached on clocks (tenant, breached_at desc, clock_id desc, region collate "C")
  where breached_at is not null;

-- Claims by what their number, policy or name begins with, and what they name for filters.
create index claim_list_number on claim_list (number collate "C");
create index claim_list_policy_number on claim_list (policy_number collate "C");
create index claim_list_insured on claim_list (insured_name collate "C");
create index claim_list_region on claim_list (tenant, region collate "C");

grant execute on function sees_all(), seen_tenant(), seen_broker(), region_span(text), seen_regions() to claims_read, claims_worker, claims_owner;

-- How many clocks were due on a day, by what became of them: counted from the table of clocks, day by day, and read for every
-- day but the present one. Of what still runs, `running` is overdue once the day is over and not yet due before; what is `held`
-- (its time is not counted at present) is not yet due. What is only shown (the tier information) is in no count.
create table clock_days (
  tenant text not null,
  due_day date not null,
  region text not null,
  broker text,
  rule text not null,
  tier text not null,
  responsible text not null,
  unsettled boolean not null,
  met integer not null,
  met_late integer not null,
  overdue integer not null,
  extended integer not null,
  cancelled integer not null,
  provisional integer not null,
  running integer not null,
  held integer not null,
  withdrawn integer not null,
  constraint clock_days_key unique nulls not distinct (tenant, due_day, region, broker, rule, tier, responsible, unsettled));

-- What is there already is counted here and now: the worker follows the log from its beginning, and until it has come to the end
-- every rate and every report would be of a part. It counts a day as a whole, so that it changes none of these.
select set_config('anze.role', 'worker', true);
insert into clock_days
select c.tenant, c.due_day, c.region, c.broker, c.rule, c.tier, c.responsible, c.provisional,
       count(*) filter (where outcome = 'met'), count(*) filter (where outcome = 'met_late'),
       count(*) filter (where outcome = 'overdue'), count(*) filter (where outcome = 'extended'),
       count(*) filter (where outcome = 'cancelled'), count(*) filter (where outcome = 'provisional'),
       count(*) filter (where outcome = 'running'), count(*) filter (where outcome = 'held'),
       count(*) filter (where withdrawn_at is not null)
from (
  select *, coalesce(due_date, cast(due_at at time zone 'Asia/Shanghai' as date)) as due_day,
         case
           when ended_as = 'cancelled' and ended_at < marks[4] then 'cancelled'
           when provisional then 'provisional'
           when ended_at is null then case when marks[4] = 'infinity' then 'held' else 'running' end
           when ended_as = 'met' then case when ended_at < marks[4] then 'met' else 'met_late' end
           when ended_as = 'extended' then 'extended'
           else 'overdue'
         end as outcome
  from clocks where tier <> 'information') c
group by 1, 2, 3, 4, 5, 6, 7, 8;
select set_config('anze.role', '', true);

-- As the clocks that are counted are seen.
alter table clock_days enable row level security;
alter table clock_days force row level security;
create policy clock_days_seen on clock_days for select to claims_read
  using ((select sees_all()) or tenant = (select seen_tenant())
    or ((broker = (select seen_broker())
         or (region collate "C" >= (select seen_regions())[1] and region collate "C" <= (select seen_regions())[2]))
        and leaves_insurer(tier, responsible, unsettled)));
grant select on clock_days to claims_read;
grant select, insert, delete on clock_days to claims_worker;
