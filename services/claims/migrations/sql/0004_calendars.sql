-- Who brought a version of the calendar; null for the first one, which comes with the release.
alter table calendars add column recorded_by text;

-- The next version of the calendar, whole, by a login that may write no table. Null: there is a newer one than the caller knew.
create function publish_calendar(
  p_after integer, p_first_year smallint, p_last_year smallint, p_source text, p_recorded_by text,
  p_days date[], p_kinds text[], p_notices text[], p_published date[])
returns integer
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  v_version integer;
begin
  insert into calendars (version, first_year, last_published_year, source, recorded_by)
    select p_after + 1, p_first_year, p_last_year, p_source, p_recorded_by
    where p_after = (select max(version) from calendars)
    on conflict do nothing
    returning version into v_version;
  if v_version is not null then
    insert into calendar_days (version, day, kind, notice, published_on)
      select v_version, d.day, d.kind, d.notice, d.published_on
      from unnest(p_days, p_kinds, p_notices, p_published) as d(day, kind, notice, published_on);
  end if;
  return v_version;
end $$;
grant execute on function publish_calendar(integer, smallint, smallint, text, text, date[], text[], text[], date[])
  to claims_command;
