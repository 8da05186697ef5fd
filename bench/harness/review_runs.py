"""A journey with many runs that have been, as their logs would be: for benches that read and do not run."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.contrib.auth.models import User
from django.db import connection

from bench.harness.graphs import graph
from bench.harness.report import say
from journeys.models import Journey, JourneyVersion
from profiles.models import Computed
from workspaces.choices import Role
from workspaces.models import Membership, Workspace

SEND: Final = {"account": "bench", "template": "bench", "purpose": "service"}
GOAL: Final = {
    "id": "bought",
    "name": "bought",
    "event": "order_paid",
    "window": "P7D",
    "value": "amount",
    "primary": True,
}
CHANNELS: Final = {"s1": "sms", "s2": "sms", "s3": "wechat_template", "s4": "email"}
# One in twenty ends at the wait, because they bought; of the others one in twelve buys later.
_RUNS: Final = """
create unlogged table bench_run as
select ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id,
    ('01900000-0000-7000-9000-' || lpad(to_hex(case when random() * 100 < %(repeats)s then 1 + floor(random() * n)::int
        else n end), 12, '0'))::uuid as profile,
    %(now)s - interval '30 days' * random() as at, random() < 0.05 as early, random() < 0.08 as buys,
    case when random() < 0.5 then 'a' else 'b' end as variant, interval '1 second' * floor(86400 * random()) as waits
from generate_series(1, %(runs)s) n
"""
_ENROLLMENTS: Final = """
insert into journeys_enrollment (id, workspace_id, journey_id, version_id, profile_id, lane, state, node, seq, context,
    properties, enrolled_at, ended_at, goals_until)
select id, %(workspace)s, %(journey)s, %(version)s, profile, 0, case when early then 'converted_exit' else 'completed' end,
    case when early then 'w1' else 's4' end, case when early then 9 when buys then 16 else 15 end, '{}', '{}',
    at, at + waits, at + interval '7 days'
from bench_run
"""
_ENTRIES: Final = """
insert into journeys_enrollmentevent (workspace_id, enrollment_id, seq, at, kind, node, data, schema)
select %(workspace)s, r.id, e.seq, case when e.after then r.at + r.waits else r.at end, e.kind, e.node,
    case when e.kind = 'variant_assigned' then jsonb_build_object('variant', r.variant, 'bucket', 17.5)
         when e.node = 's1' and e.kind = 'node_entered' then jsonb_build_object('from', 'test', 'outcome', r.variant)
         else e.data end, 1
from bench_run r cross join (values
    (1, false, 'enrolled', 'start', '{"trigger": "api"}'::jsonb, 'all'),
    (2, false, 'node_entered', 'test', '{"from": "start", "outcome": "next"}', 'all'),
    (3, false, 'variant_assigned', 'test', '{}', 'all'),
    (4, false, 'node_entered', 's1', '{}', 'all'),
    (5, false, 'message_requested', 's1', '{"channel": "sms", "purpose": "service", "judged": {"zone": "Asia/Shanghai"}}', 'all'),
    (6, false, 'node_entered', 'w1', '{"from": "s1", "outcome": "next"}', 'all'),
    (7, false, 'wait_started', 'w1', '{"until": "2026-01-01T00:00:00+00:00", "zone": "Asia/Shanghai"}', 'all'),
    (8, true, 'wait_ended', 'w1', '{"reason": "due", "due": "2026-01-01T00:00:00+00:00"}', 'full'),
    (9, true, 'node_entered', 's2', '{"from": "w1", "outcome": "next"}', 'full'),
    (10, true, 'message_requested', 's2', '{"channel": "sms", "purpose": "service"}', 'full'),
    (11, true, 'node_entered', 's3', '{"from": "s2", "outcome": "next"}', 'full'),
    (12, true, 'message_requested', 's3', '{"channel": "wechat_template", "purpose": "service"}', 'full'),
    (13, true, 'node_entered', 's4', '{"from": "s3", "outcome": "next"}', 'full'),
    (14, true, 'message_requested', 's4', '{"channel": "email", "purpose": "service"}', 'full'),
    (15, true, 'completed', 's4', '{"outcome": "next"}', 'full'),
    (16, true, 'converted', 's4', '{"goal": "bought", "event": "order_paid", "value": "99"}', 'buys'),
    (8, true, 'converted', 'w1', '{"goal": "bought", "event": "order_paid", "value": "99"}', 'early'),
    (9, true, 'exited', 'w1', '{"reason": "goal", "goal": "bought"}', 'early')
) as e (seq, after, kind, node, data, whose)
where e.whose = 'all' or (e.whose = 'early') = r.early and (e.whose <> 'buys' or r.buys)
order by r.id, e.seq
"""
# Ids of UUIDv7, ordered by the time they stand for.
_ID: Final = """
(lpad(to_hex((1000 * extract(epoch from at))::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3) || '8'
    || substr(md5(random()::text), 1, 15))::uuid
"""
_MESSAGES: Final = f"""
insert into channels_app_message (id, workspace_id, account_id, template_id, profile_id, journey_id, version_id,
    enrollment_id, node, channel, purpose, address, params, policy, wants_outcome, state, reason, not_before, attempts,
    provider_id, error_code, error_detail, requested_at, updated_at)
select {_ID}, %(workspace)s, %(version)s, %(version)s, profile, %(journey)s, %(version)s, id, node, channel,
    'service', '+8613800000000', '{{}}', '{{}}', false,
    case when chance < 0.70 then 'delivered' when chance < 0.80 then 'read' when chance < 0.88 then 'clicked'
        when chance < 0.95 then 'failed' when chance < 0.98 then 'blocked' else 'accepted' end,
    case when chance < 0.88 or chance >= 0.98 then '' when chance < 0.95 then 'delivery'
        when chance < 0.965 then 'frequency_cap' else 'no_consent' end,
    at, 1, '', '', '', at, %(now)s - interval '1 day'
from (select r.id, r.profile, s.node, s.channel, random() as chance,
        case when s.after = 0 then r.at else r.at + r.waits + interval '1 millisecond' * s.after end as at
    from bench_run r cross join (values ('s1', 'sms', 0), ('s2', 'sms', 1), ('s3', 'wechat_template', 2), ('s4', 'email', 3))
        s (node, channel, after)
    where s.node = 's1' or not r.early) m
"""
_CONVERSIONS: Final = """
insert into journeys_conversion (id, workspace_id, journey_id, version_id, enrollment_id, profile_id, goal, event_id, node,
    value, occurred_at)
select gen_random_uuid(), %(workspace)s, %(journey)s, %(version)s, r.id, profile, 'bought', e.id, 's4', 99, at + waits
from bench_run r join profiles_event e on e.profile_id = r.profile and e.properties ->> 'order_id' = 'O-' || r.id
where early or buys
"""
# Who has run is a person, and looks around on two days; who buys has bought before, one in three.
_PEOPLE: Final = """
insert into profiles_profile (id, workspace_id, attributes, tags, created_at, updated_at)
select distinct on (profile) profile, %(workspace)s,
    jsonb_build_object('city', (array['上海', '北京', '广州'])[1 + floor(3 * random())::int]), '{}'::jsonb, at, at
from bench_run
"""
_EVENTS: Final = f"""
insert into profiles_event (id, workspace_id, event_id, profile_id, name, occurred_at, received_at, properties)
select {_ID}, %(workspace)s, 'e' || gen_random_uuid(), profile, name, at, at, properties
from (
    select profile, 'page_viewed' as name, at + interval '20 days' * random() as at, '{{"url": "/new"}}'::jsonb as properties
    from bench_run cross join generate_series(1, 2)
    union all
    select profile, 'order_paid', at - interval '25 days' * random(), '{{"amount": 59, "order_id": null}}'
    from bench_run where random() < 0.03
    union all
    select profile, 'order_paid', at + waits, jsonb_build_object('amount', 99, 'order_id', 'O-' || id)
    from bench_run where early or buys) e
where at <= %(now)s order by at
"""
# Everybody is in a class of the model since before, and one in three in another one since.
_CLASSES: Final = """
insert into profiles_classspell (workspace_id, computed_id, profile_id, label, since, until)
select %(workspace)s, %(model)s, p.id, (array['loyal', 'new', 'asleep', 'other'])[1 + (p.n + s.n) %% 4],
    case when s.n = 0 then %(now)s - interval '50 days' else %(now)s - interval '5 days' end,
    case when s.n = 0 and p.n %% 3 = 0 then %(now)s - interval '5 days' end
from (select id, row_number() over () as n from profiles_profile) p cross join generate_series(0, 1) s (n)
where s.n = 0 or p.n %% 3 = 0
"""
# Each counter once; what stands in it is of no consequence.
_COUNTERS: Final = """
insert into journeys_nodecounter (workspace_id, version_id, node, lane, metric, value)
select %(workspace)s, %(version)s, node, 0, metric, 1
from unnest(array['start', 'test', 's1', 'w1', 's2', 's3', 's4']) node, unnest(array['entered', 'left:next', 'sent']) metric
"""
# A later purchase of one in a hundred, and a message of another that is read only now.
_LATER: Final = """
insert into journeys_enrollmentevent (workspace_id, enrollment_id, seq, at, kind, node, data, schema)
select workspace_id, id, seq + 1, %(now)s, 'converted', node, '{"goal": "came", "event": "came_in", "value": null}', 1
from journeys_enrollment where journey_id = %(journey)s and random() * 100 < %(percent)s
"""
_SEQS: Final = """
update journeys_enrollment e set seq = e.seq + 1 from journeys_enrollmentevent v
where v.enrollment_id = e.id and v.seq = e.seq + 1 and e.journey_id = %(journey)s
"""
_COUNTED: Final = "update journeys_nodecounter set value = value + 1 where version_id = %(version)s and node = 's4'"
TABLES: Final = (
    *("journeys_enrollment", "journeys_enrollmentevent", "channels_app_message"),
    *("journeys_conversion", "journeys_nodecounter", "profiles_profile", "profiles_event"),
    "profiles_classspell",
)


def fill(runs: int, repeats: int) -> Journey:
    """Store the runs of a journey, of which `repeats` in a hundred are by somebody who has one already."""
    began = time.monotonic()
    workspace = Workspace.objects.create(slug="bench", name="Bench")
    user = User.objects.create_user("bench")
    Membership.objects.create(workspace=workspace, user=user, role=Role.OWNER)
    journey = Journey.objects.create(workspace=workspace, name="bench", state="live", draft=_graph())
    version = JourneyVersion.objects.create(workspace=workspace, journey=journey, number=1, graph=_graph())
    journey.live_version = version
    # Before anybody entered it.
    journey.created_at = datetime.now(UTC) - timedelta(days=60)
    journey.save()
    values: dict[str, Any] = {
        "workspace": workspace.pk,
        "journey": journey.pk,
        "version": version.pk,
        "runs": runs,
        "repeats": repeats,
    }
    values["now"] = datetime.now(UTC)
    model = Computed.objects.create(
        workspace=workspace, kind="rfm", key="rfm", name="RFM", definition={}, next_at=values["now"] + timedelta(days=1)
    )
    values["model"] = model.pk
    with connection.cursor() as cursor:
        cursor.execute("select setseed(0.42)")
        for statement in (
            _RUNS,
            _PEOPLE,
            _EVENTS,
            _ENROLLMENTS,
            _ENTRIES,
            _MESSAGES,
            _CONVERSIONS,
            _CLASSES,
            _COUNTERS,
        ):
            cursor.execute(statement, values)
        cursor.execute("drop table bench_run")
        for table in TABLES:
            cursor.execute(f"vacuum analyze {table}")
    say(f"{runs} runs in {time.monotonic() - began:.0f} s")
    return journey


def change(journey: Journey, percent: int) -> None:
    """Let something happen in so many of a hundred runs."""
    values = {"journey": journey.pk, "version": journey.live_version_id, "percent": percent, "now": datetime.now(UTC)}
    with connection.cursor() as cursor:
        for statement in (_LATER, _SEQS, _COUNTED):
            cursor.execute(statement, values)


def _graph() -> dict[str, Any]:
    sends: dict[str, tuple[str, dict[str, Any]]] = {
        node: ("send", {**SEND, "channel": channel}) for node, channel in CHANNELS.items()
    }
    variants = {"variants": [{"id": one, "name": one, "weight": 50} for one in "ab"], "assign": "profile"}
    nodes: dict[str, tuple[str, dict[str, Any]]] = {
        "start": ("trigger", {"kind": "api"}),
        "test": ("ab", variants),
        "w1": ("wait", {"for": "P1D"}),
        **sends,
    }
    edges = [
        *(("start", "next", "test"), ("test", "a", "s1"), ("test", "b", "s1"), ("s1", "next", "w1")),
        *(("w1", "next", "s2"), ("s2", "next", "s3"), ("s3", "next", "s4")),
    ]
    return graph(nodes, edges, {"goals": [GOAL]})
