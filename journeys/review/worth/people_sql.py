"""The statements by which people of a journey are counted day by day. They go by a table that lives for one transaction."""

from typing import Final

# Everybody once, with the day of their first entry. Whom anything reached, in whichever run, is touched.
PEOPLE: Final = """
create temporary table review_people on commit drop as
select r.profile_id, min(r.day) as day, case
    when bool_or(r.path_id = any(%(touched)s)) then 'touched'
    when bool_or(r.path_id = any(%(held_out)s)) then 'held_out' else 'untouched' end as grp
from journeys_reviewrun r where r.journey_id = %(journey)s group by r.profile_id
"""
INDEXED: Final = "create index on review_people (day)"
ANALYZED: Final = "analyze review_people"
SIZES: Final = "select day, grp, count(*) as people from review_people group by 1, 2 order by 1, 2"
DROP: Final = "drop table if exists review_people"

# `begins` and `ends` are midnights in the workspace's zone, around the day `after` days later.
CAME: Final = """
insert into journeys_reviewretention (workspace_id, measure_id, "group", day, after, people, came)
select %(workspace)s, %(measure)s, p.grp, %(day)s, %(after)s, count(*), count(*) filter (where exists (
    select 1 from profiles_event v where v.profile_id = p.profile_id and v.occurred_at >= %(begins)s
        and v.occurred_at < %(ends)s and {event}))
from review_people p where p.day = %(day)s group by p.grp
"""
ANY: Final = "true"
NAMED: Final = "v.name = %(event)s"

BOUGHT: Final = """
insert into journeys_reviewsales (workspace_id, measure_id, "group", day, currency, people, buyers_before, buyers_after,
    sales_before, sales_after)
select %(workspace)s, %(measure)s, b.grp, %(day)s, b.currency, 0, count(*) filter (where b.before > 0),
    count(*) filter (where b.after > 0), coalesce(sum(b.before), 0), coalesce(sum(b.after), 0)
from (
    select p.grp, p.profile_id, s.currency, sum(s.amount) filter (where s.occurred_at < %(begins)s) as before,
        sum(s.amount) filter (where s.occurred_at >= %(ends)s) as after
    from review_people p join lateral (
        select occurred_at, {value} as amount, {currency} as currency
        from (
            select e.occurred_at, zhitu_number(e.properties #> %(path)s::text[]) as said, {money} as money
            from profiles_event e
            where e.profile_id = p.profile_id and e.name = %(event)s and e.occurred_at >= %(first)s
                and e.occurred_at < %(last)s and (e.occurred_at < %(begins)s or e.occurred_at >= %(ends)s) and {where}
        ) of_event
    ) s on s.amount > 0
    where p.day = %(day)s group by 1, 2, 3
) b group by b.grp, b.currency
union all
select %(workspace)s, %(measure)s, p.grp, %(day)s, '', count(*), 0, 0, 0, 0
from review_people p where p.day = %(day)s group by p.grp
"""
