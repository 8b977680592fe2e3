-- Business time, and the earliest moment at which a clock wants the watch (now, where it is overdue); one probe of the partial index.
select t.now, case when c.due < t.now then t.now else c.due end as due
from (select business_now() as now offset 0) t
cross join (select min(next_at) as due from clocks where next_at is not null) c
