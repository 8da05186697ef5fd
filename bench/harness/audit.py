"""Was anybody lost, did anybody get anything twice, is the log whole: asked of the tables and of the simulator."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from journeys.models import Journey
from journeys.store.postgres import query

# Entries that cannot come twice at one node of a graph without a loop.
ONCE = (
    "enrolled",
    "node_entered",
    "wait_started",
    "branch_taken",
    "variant_assigned",
    "message_requested",
    "completed",
)

STREAMS = """
select count(*) filter (where s.entries is distinct from e.seq or s.first <> 1 or s.last <> e.seq) as gaps,
       count(*) filter (where s.entries is null) as empty
from journeys_enrollment e
left join (select enrollment_id, count(*) as entries, min(seq) as first, max(seq) as last
           from journeys_enrollmentevent group by enrollment_id) s on s.enrollment_id = e.id
where e.journey_id = %(journey)s
"""
DOUBLES = """
select coalesce(sum(n - 1), 0)::int as doubles from (
    select count(*) as n from journeys_enrollmentevent v join journeys_enrollment e on e.id = v.enrollment_id
    where e.journey_id = %(journey)s and v.kind = any(%(once)s)
    group by v.enrollment_id, v.kind, v.node having count(*) > 1) d
"""
FAILED_STEPS = """
select count(*) as n from journeys_enrollmentevent v join journeys_enrollment e on e.id = v.enrollment_id
where e.journey_id = %(journey)s and v.kind = 'step_failed'
"""
PEOPLE = """
select count(*) as enrolled, count(distinct profile_id) as people, count(*) filter (where ended_at is null) as inside
from journeys_enrollment where journey_id = %(journey)s
"""
UNWRITTEN = """
select count(*) as n from journeys_enrollmentevent v join journeys_enrollment e on e.id = v.enrollment_id
left join channels_app_message m on m.id = (v.data ->> 'message')::uuid and m.enrollment_id = e.id
where e.journey_id = %(journey)s and v.kind = 'message_requested' and m.id is null
"""
# A wait that timed out although an event it waited for had come. Only events that came long before the time-out was
# acted on: one that was still being stored at that moment is late, not lost.
MISSED = """
select count(distinct e.id) as n from journeys_enrollment e
join journeys_enrollmentevent w on w.enrollment_id = e.id and w.kind = 'wait_started' and w.data ? 'for'
join journeys_enrollmentevent t on t.enrollment_id = e.id and t.node = w.node and t.kind = 'wait_ended'
    and t.data ->> 'reason' = 'timeout'
join profiles_event p on p.profile_id = e.profile_id and w.data -> 'for' ? p.name
    and p.occurred_at >= w.at and p.occurred_at <= t.at - interval '10 seconds'
where e.journey_id = %(journey)s
"""
MATCHED = """
select count(*) as n from journeys_enrollmentevent v join journeys_enrollment e on e.id = v.enrollment_id
where e.journey_id = %(journey)s and v.kind = 'event_matched'
"""
MESSAGES = """
select m.address, t.provider_code as code, m.state, count(*) as n
from channels_app_message m join channels_app_template t on t.id = m.template_id
where m.journey_id = %(journey)s group by 1, 2, 3
"""


@dataclass
class Audit:
    """What was found. `lost` and `duplicated` count people and messages, and `notes` say which."""

    people: int = 0
    messages: int = 0
    lost: int = 0
    duplicated: int = 0
    unknown: int = 0
    log_gaps: int = 0
    log_doubles: int = 0
    failed_steps: int = 0
    matched: int = 0
    notes: list[str] = field(default_factory=list)

    def lose(self, count: int, what: str) -> None:
        self.lost += count
        self._note(count, what)

    def double(self, count: int, what: str) -> None:
        self.duplicated += count
        self._note(count, what)

    def _note(self, count: int, what: str) -> None:
        if count:
            self.notes.append(f"{count:,} {what}")


def audit(journey: Journey, registered: int, arrivals: Iterable[Mapping[str, Any]]) -> Audit:
    """Compare `registered` people, the log, the outbox and the simulator's export after everything has settled.

    A person has one message of each template in the bench's graph, so address and template name a message, whatever
    attempts were made for it.
    """
    found = Audit()
    values = {"journey": journey.pk, "once": list(ONCE)}
    people = query(PEOPLE, values)[0]
    found.people = people["people"]
    found.lose(registered - people["people"], "people were registered and never enrolled")
    found.lose(people["inside"], "people have not ended")
    found.double(people["enrolled"] - people["people"], "people were enrolled twice")
    streams = query(STREAMS, values)[0]
    found.log_gaps = streams["gaps"] + streams["empty"]
    found.log_doubles = query(DOUBLES, values)[0]["doubles"]
    found.failed_steps = query(FAILED_STEPS, values)[0]["n"]
    found.matched = query(MATCHED, values)[0]["n"]
    found.lose(query(MISSED, values)[0]["n"], "people timed out although their event had come")
    found.lose(query(UNWRITTEN, values)[0]["n"], "messages are in the log and not in the outbox")
    arrived = Counter((f"+86{row['phone']}", row["template_code"]) for row in arrivals)
    _messages(found, query(MESSAGES, values), arrived)
    return found


def _messages(found: Audit, rows: Iterable[Mapping[str, Any]], arrived: Counter[tuple[str, str]]) -> None:
    expected: Counter[tuple[str, str]] = Counter()
    astray: Counter[str] = Counter()
    for row in rows:
        key = row["address"], row["code"]
        expected[key] += row["n"]
        if row["state"] == "unknown":
            found.unknown += row["n"]
        elif row["state"] not in {"accepted", "delivered"}:
            astray[row["state"]] += row["n"]
        elif not arrived[key]:
            astray[f"{row['state']} and never arrived"] += row["n"]
    found.messages = expected.total()
    for what, count in sorted(astray.items()):
        found.lose(count, f"messages are {what}")
    found.double(sum(n - 1 for n in expected.values()), "messages were requested twice")
    found.double(sum(n - 1 for n in arrived.values()), "messages arrived twice")
    found.double(len(arrived.keys() - expected.keys()), "messages arrived that nobody requested")
