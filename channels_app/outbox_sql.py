"""The outbox's statements. All rows of a statement are locked in order of id."""

# The queued messages' priorities, found by one look at the index each: there are few.
LEVELS = """
with recursive levels as (
    (select priority from channels_app_message
     where account_id = %(account)s and state = 'queued' order by priority desc limit 1)
    union all
    select (select m.priority from channels_app_message m
            where m.account_id = %(account)s and m.state = 'queued' and m.priority < l.priority
            order by m.priority desc limit 1)
    from levels l where l.priority is not null)
"""
# Who has waited longest of those who come first. A channel that is stopped keeps its messages. What another claim has
# locked is passed over, not waited for and not counted.
CLAIM = f"""
{LEVELS}
select d.id, d.workspace_id, d.template_id, d.profile_id, d.enrollment_id, d.node, d.channel, d.purpose, d.address,
       d.params, d.policy, d.attempts, d.expires_at, d.repeat_until
from levels l cross join lateral (
    select m.* from channels_app_message m
    where account_id = %(account)s and state = 'queued' and priority = l.priority and not_before <= %(now)s
          and channel <> all(%(stopped)s::text[])
    order by not_before, id limit %(limit)s
    for update of m skip locked) d
order by l.priority desc, d.not_before, d.id
limit %(limit)s
"""
MARK_SENDING = """
update channels_app_message m
set state = 'sending', attempt = g.attempt, attempts = m.attempts + %(count)s, updated_at = %(now)s,
    attempted_at = case when m.repeat_until is null then %(now)s else m.attempted_at end,
    cost = coalesce(g.cost, m.cost)
from unnest(%(ids)s::uuid[], %(attempts)s::uuid[], %(costs)s::numeric[]) as g(id, attempt, cost)
where m.id = g.id and m.state in ('queued', 'sending')
"""
ORPHANS = """
select id, attempt, attempted_at, address, channel, template_id, purpose, params
from channels_app_message
where account_id = %s and state = 'sending' and not_before <= %s
order by attempted_at, id limit %s
"""
LOOK_AGAIN = "update channels_app_message set not_before = %s where id = any(%s) and state = 'sending'"
# The provider knows the message's id for a while: sent again with it, it still reaches the person once.
REPEAT = """
update channels_app_message
set state = 'queued', not_before = %(at)s, repeat_until = coalesce(repeat_until, attempted_at + %(known_for)s),
    reason = 'repeat'
where id = any(%(ids)s::uuid[]) and state = 'sending'
"""
NEXT_AT = f"""
{LEVELS}
select (select min(d.not_before) from levels l cross join lateral (
            select not_before from channels_app_message
            where account_id = %(account)s and state = 'queued' and priority = l.priority
                  and channel <> all(%(stopped)s::text[])
            order by not_before limit 1) d),
       (select min(not_before) from channels_app_message where account_id = %(account)s and state = 'sending'),
       (select min(accepted_at) from channels_app_message
        where account_id = %(account)s and state = 'accepted' and polled and accepted_at > %(polled_since)s)
"""
OPEN = """
select id, attempt, provider_id, address, accepted_at
from channels_app_message
where account_id = %(account)s and state = 'accepted' and polled and accepted_at > %(since)s
      and id > coalesce(%(after)s, '00000000-0000-0000-0000-000000000000'::uuid)
order by id limit %(limit)s
"""
# A receipt may have overtaken the answer of the call it belongs to: then only what the answer adds is written.
SETTLE = """
with given as (
    select *
    from unnest(%(ids)s::uuid[], %(attempts)s::uuid[], %(states)s::text[], %(reasons)s::text[], %(codes)s::text[],
                %(details)s::text[], %(provider_ids)s::text[], %(not_befores)s::timestamptz[], %(uncounted)s::bool[])
           as g(id, attempt, state, reason, code, detail, provider_id, not_before, uncounted)),
locked as (
    select m.id, m.state as old_state, m.state in ('queued', 'sending') as open
    from channels_app_message m join given using (id)
    where given.attempt is null or m.attempt = given.attempt
    order by m.id for update of m)
update channels_app_message m
set state = case when locked.open then given.state else m.state end,
    reason = case when locked.open then given.reason else m.reason end,
    error_code = case when locked.open then given.code else m.error_code end,
    error_detail = case when locked.open then given.detail else m.error_detail end,
    not_before = coalesce(given.not_before, m.not_before),
    attempts = greatest(m.attempts - given.uncounted::int, 0),
    -- What the provider has not taken costs nothing; a failed delivery does.
    cost = case when locked.open and given.state in ('queued', 'blocked', 'expired', 'failed') and given.reason <> 'delivery'
                then null else m.cost end,
    polled = m.polled or (given.state = 'accepted' and %(polls)s),
    provider_id = case when given.provider_id <> '' then given.provider_id else m.provider_id end,
    accepted_at = case when given.state in ('accepted', 'delivered') then coalesce(m.accepted_at, %(now)s)
                       else m.accepted_at end,
    delivered_at = case when given.state = 'delivered' then coalesce(m.delivered_at, %(now)s) else m.delivered_at end,
    updated_at = %(now)s
from locked join given using (id)
where m.id = locked.id
returning m.id, m.workspace_id, m.enrollment_id, m.journey_id, m.version_id, m.node, m.wants_outcome, locked.old_state,
          m.state, m.reason, m.error_code, m.result
"""
# The common answer: a whole call is accepted.
ACCEPT = """
with locked as (
    select m.id, m.state as old_state, m.state = 'sending' as open, given.provider_id as given_id
    from unnest(%(attempts)s::uuid[], %(provider_ids)s::text[]) as given(attempt, provider_id)
    join channels_app_message m using (attempt)
    order by m.id for update of m)
update channels_app_message m
set state = case when locked.open then 'accepted' else m.state end,
    reason = case when locked.open then '' else m.reason end,
    error_code = case when locked.open then '' else m.error_code end,
    error_detail = case when locked.open then '' else m.error_detail end,
    provider_id = locked.given_id,
    polled = %(polls)s,
    accepted_at = coalesce(m.accepted_at, %(now)s),
    updated_at = %(now)s
from locked
where m.id = locked.id
returning m.id, m.workspace_id, m.enrollment_id, m.journey_id, m.version_id, m.node, m.wants_outcome, locked.old_state,
          m.state, m.reason, m.error_code, m.result
"""
LOCK = """
select id, workspace_id, enrollment_id, journey_id, version_id, node, wants_outcome, state, state, '', '', result
from channels_app_message where id = any(%s) order by id for update
"""
ADVANCE = """
update channels_app_message m
set state = g.state,
    reason = case when g.state = 'failed' then g.reason else '' end,
    error_code = g.code,
    error_detail = g.detail,
    result = g.result,
    accepted_at = case when g.state <> 'failed' then coalesce(m.accepted_at, g.at) else m.accepted_at end,
    -- A call's end may be corrected: who was not reached after all was not reached then.
    delivered_at = case when g.state = 'delivered' then coalesce(m.delivered_at, g.at)
                        when g.state <> 'failed' then m.delivered_at end,
    updated_at = %(now)s
from unnest(%(ids)s::uuid[], %(states)s::text[], %(reasons)s::text[], %(codes)s::text[], %(details)s::text[],
            %(ats)s::timestamptz[], %(results)s::text[])
     as g(id, state, reason, code, detail, at, result)
where m.id = g.id
"""
