"""The statements by which fates of messages are counted, block by block."""

from typing import Final

# The first id after so many of the workspace's messages: where the block that begins at `first` is cut.
CUT: Final = """
select id from channels_app_message where id >= %(first)s and workspace_id = %(workspace)s
order by id offset %(most)s limit 1
"""

# A provider's report, or a click, that has come since: its row's id is ordered by time as every id is. `firsts` are the
# beginnings of all blocks in their order, which follow one upon the other.
REPORTED: Final = """
select distinct width_bucket(r.message_id, %(firsts)s::uuid[]) from channels_app_receipt r
where r.id >= %(since)s and r.workspace_id = %(workspace)s and r.message_id is not null
"""

# A refusal that has been recorded since, of somebody who had got a message before it, or who answered one.
REFUSED: Final = """
select distinct width_bucket(m.id, %(firsts)s::uuid[]) from profiles_consent c
cross join lateral (
    select m.id from channels_app_message m
    where m.workspace_id = c.workspace_id and m.profile_id = c.profile_id and m.channel = c.channel
        and m.requested_at > c.at - %(longest)s::interval and m.requested_at <= c.at
    union all
    select m.id from channels_app_message m where m.id::text = c.proof ->> 'message' and m.workspace_id = c.workspace_id
        and c.proof ? 'message'
) m
where c.id >= %(since)s and c.workspace_id = %(workspace)s and c.status = 'withdrawn'
"""

# A refusal belongs to the message that it answers if it says which; else to the last that had left to the person on that
# channel, if that was not too long ago.
COUNT: Final = """
insert into journeys_reviewmessagetally (workspace_id, block_id, journey_id, version_id, node, account_id, template_id,
    channel, day, hour, state, reason, messages, opted_out, priced, cost, currency)
select %(workspace)s, %(block)s, m.journey_id, m.version_id, m.node, m.account_id, m.template_id, m.channel, m.day, m.hour,
    m.state, m.reason, count(*), count(*) filter (where m.opted_out), count(m.cost), coalesce(sum(m.cost), 0),
    coalesce(a.currency, 'CNY')
from (
    select m.journey_id, m.version_id, m.node, m.account_id, m.template_id, m.channel, m.state, m.cost,
        (coalesce(e.enrolled_at, m.requested_at) at time zone %(zone)s)::date as day,
        extract(hour from coalesce(m.attempted_at, m.requested_at) at time zone %(zone)s)::int as hour,
        case when m.state = any(%(ended_badly)s) then coalesce(nullif(m.reason, ''), m.error_code) else '' end as reason,
        m.state = any(%(left)s) and exists (
            select 1 from profiles_consent c
            where c.profile_id = m.profile_id and c.channel = m.channel and c.status = 'withdrawn'
                and c.at > m.attempted_at and (
                    c.proof ->> 'message' = m.id::text
                    or not c.proof ? 'message' and c.at <= m.attempted_at + %(within)s::interval and not exists (
                        select 1 from channels_app_message l
                        where l.workspace_id = m.workspace_id and l.profile_id = m.profile_id and l.channel = m.channel
                            and l.requested_at <= c.at and l.attempted_at < c.at and l.state = any(%(left)s)
                            and (l.attempted_at, l.id) > (m.attempted_at, m.id)))) as opted_out
    from channels_app_message m left join journeys_enrollment e on e.id = m.enrollment_id
    where m.id >= %(first)s and m.id < %(last)s and m.workspace_id = %(workspace)s and m.journey_id is not null
        and not m.test
) m left join channels_app_channelaccount a on a.id = m.account_id
group by m.journey_id, m.version_id, m.node, m.account_id, m.template_id, m.channel, m.day, m.hour, m.state, m.reason,
    a.currency
"""

REPORT: Final = """
select node, account_id, template_id, channel, hour, state, reason, currency, sum(messages)::bigint as messages,
    sum(opted_out)::bigint as opted_out, sum(priced)::bigint as priced, sum(cost) as cost
from journeys_reviewmessagetally
where journey_id = %(journey)s and day >= coalesce(%(since)s::date, day) and day <= coalesce(%(until)s::date, day)
    and (%(version)s::uuid is null or version_id = %(version)s) and channel = coalesce(%(channel)s, channel)
group by 1, 2, 3, 4, 5, 6, 7, 8
"""
