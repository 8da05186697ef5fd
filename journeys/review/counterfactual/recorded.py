"""What is recorded of a period's runs: their streams, what became of their messages, and what their people did."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from journeys.engine.decision import EventArrived
from journeys.engine.enrollment import Enrollment
from journeys.engine.nodes.send import PROGRESS
from journeys.engine.plan import Plan, listens
from journeys.projections.counters import first_profile
from journeys.review.counterfactual.request import Ready
from journeys.runtime.replay import STREAM_OF, read_stream
from journeys.runtime.replay_facts import Stored
from journeys.runtime.replay_stream import first_version
from journeys.store.postgres import query
from journeys.store.rows import state_of
from journeys.store.sql import CLAIM_COLUMNS
from profiles.rules.durations import parse

_ENTRIES = """journeys_enrollment e where e.journey_id::text = %(journey)s and e.enrolled_at >= %(since)s
  and e.enrolled_at < %(until)s and not exists (select 1 from profiles_erasure x where x.profile_id = e.profile_id)"""
# In an order that is chance to everything but the id: the first n are a sample, and every part is one too.
PEOPLE = f"""
select profile, total from (
    select p.profile_id::text as profile, count(*) over () as total,
        row_number() over (order by md5(p.profile_id::text), p.profile_id) as place
    from (select distinct e.profile_id from {_ENTRIES}) p
) as found where place <= %(most)s and place %% %(parts)s = %(part)s order by place
"""
SIZE = f"select count(distinct e.profile_id) as people from {_ENTRIES}"
RUNS = f"""
select {CLAIM_COLUMNS}, ({STREAM_OF.format(enrollment="e.id")}) as stream
from {_ENTRIES} and e.profile_id = any(%(profiles)s::uuid[]) order by e.id
"""
MESSAGES = """
select m.id::text as id, m.enrollment_id::text as run, m.node, m.channel, m.state, m.reason, m.result, m.cost, a.currency,
    greatest(m.requested_at, m.not_before) as sent_at, m.accepted_at, m.delivered_at, m.updated_at,
    (select coalesce(json_agg(json_build_array(r.outcome, r.reported_at) order by r.reported_at, r.id)::text, '[]')
     from channels_app_receipt r where r.message_id = m.id) as receipts
from channels_app_message m left join channels_app_channelaccount a on a.id = m.account_id
where m.workspace_id = %(workspace)s and m.profile_id = any(%(profiles)s::uuid[])
  and m.enrollment_id = any(%(runs)s::uuid[]) and not m.test order by m.requested_at, m.id
"""
# Also what was late: whoever had it handed over then had it when it was received.
EVENTS = """
select v.profile_id::text as profile, v.id::text as ref, v.name, v.properties::text as properties,
    least(v.occurred_at, v.received_at) as occurred_at, v.received_at
from profiles_event v where v.profile_id = any(%(profiles)s::uuid[]) and v.name = any(%(names)s)
  and v.occurred_at >= %(first)s and v.received_at >= %(since)s and v.received_at <= %(as_of)s
order by v.received_at, v.id
"""
# Ends of a message that no receipt needs to have told.
ENDS = frozenset({"failed", "blocked", "expired", "unknown"})
# Entries that ask for something whose answer comes later.
ASKS = frozenset({"webhook_called", "task_created"})


class News(NamedTuple):
    """What was heard of a message, a call or a task, so long after it was asked for."""

    after: timedelta
    state: str
    reason: str = ""
    result: str = ""


class Fate(NamedTuple):
    """What became of a recorded message. `state` is the furthest; `cost` in `currency`, None: not known.

    `sent_at` is when it was asked for, or could leave, if it was held.
    """

    id: str
    channel: str
    state: str
    reason: str
    cost: Decimal | None
    currency: str
    sent_at: datetime
    news: Sequence[News]


class RecordedRun(NamedTuple):
    """A run as it was: `blank` is the state before its first entry, `fates` what became of its messages by their ids.

    `answers` are, by node and in order, what was heard of the calls and tasks that it asked for.
    """

    blank: Enrollment
    stream: Sequence[Stored]
    zone: str | None
    fates: Mapping[str, Fate]
    answers: Mapping[str, Sequence[News | None]]

    @property
    def id(self) -> str:
        return self.blank.id

    @property
    def enrolled_at(self) -> datetime:
        return self.stream[0].event.at


class HeardEvent(NamedTuple):
    """An event of a person, and when it was received."""

    received_at: datetime
    event: EventArrived


class People(NamedTuple):
    """One part of those who entered in the period; `total` are all of them, before sampling."""

    profiles: Sequence[str]
    total: int


def size_of(journey: UUID, ready: Ready) -> int:
    """How many people entered in the period."""
    values = {"journey": str(journey), "since": ready.since, "until": ready.until}
    return int(query(SIZE, values)[0]["people"])


def people_of(plan: Plan, ready: Ready, part: int, parts: int) -> People:
    """The `part`-th of `parts` equal parts of them, always the same."""
    values = {**_period(plan, ready), "most": ready.most, "parts": parts, "part": part}
    rows = query(PEOPLE, values)
    return People([row["profile"] for row in rows], rows[0]["total"] if rows else 0)


def runs_of(workspace: UUID, plan: Plan, ready: Ready, profiles: Sequence[str]) -> list[RecordedRun]:
    """The runs of these people that began in the period, as far as they were recorded by `as_of`, oldest first."""
    rows = query(RUNS, {**_period(plan, ready), "profiles": list(profiles)})
    fates = _fates(workspace, profiles, [row["id"] for row in rows])
    return list(_runs(rows, fates, ready.as_of))


def events_of(plan: Plan, ready: Ready, runs: Sequence[RecordedRun]) -> dict[str, list[HeardEvent]]:
    """What the runs' people did of what the edited graph listens to, in the order in which it was received."""
    names = listens(plan)
    found: dict[str, list[HeardEvent]] = defaultdict(list)
    if not names or not runs:
        return found
    began = min(_began(run) for run in runs)
    values = {
        "profiles": list({run.blank.profile for run in runs}),
        "names": names,
        "first": began - longest_look_back(plan),
        "since": min(run.enrolled_at for run in runs),
        "as_of": ready.as_of,
    }
    for row in query(EVENTS, values):
        event = EventArrived(row["name"], orjson.loads(row["properties"]), row["occurred_at"], row["ref"])
        found[row["profile"]].append(HeardEvent(row["received_at"], event))
    return found


def longest_look_back(plan: Plan) -> timedelta:
    texts = [getattr(node.config, "look_back", None) for node in plan.nodes.values()]
    return max((parse(text).fixed for text in texts if text), default=timedelta())


def _period(plan: Plan, ready: Ready) -> dict[str, Any]:
    return {"journey": plan.journey, "since": ready.since, "until": ready.until}


def _began(run: RecordedRun) -> datetime:
    entered = run.stream[0].event.data.get("entered_at")
    return datetime.fromisoformat(entered) if entered else run.enrolled_at


def _runs(
    rows: Sequence[Mapping[str, Any]], fates: Mapping[str, Mapping[str, Fate]], as_of: datetime
) -> Iterator[RecordedRun]:
    for row in rows:
        live = state_of(row)
        stream = [stored for stored in read_stream(row["stream"]) if stored.event.at <= as_of]
        if not stream:
            continue
        events = [stored.event for stored in stream]
        blank = Enrollment(
            live.id,
            first_profile(live.profile, events),
            live.journey,
            first_version(live.version, stream),
            live.enrolled_at,
            live.properties,
        )
        own = {key: _as_logged(fate, stream) for key, fate in fates.get(live.id, {}).items()}
        yield RecordedRun(blank, stream, row["zone"], own, _answers(stream))


def _fates(workspace: UUID, profiles: Sequence[str], runs: Sequence[str]) -> dict[str, dict[str, Fate]]:
    found: dict[str, dict[str, Fate]] = defaultdict(dict)
    values = {"workspace": workspace, "profiles": list(profiles), "runs": list(runs)}
    for row in query(MESSAGES, values):
        found[row["run"]][row["id"]] = Fate(
            row["id"],
            row["channel"],
            row["state"],
            row["reason"],
            row["cost"],
            row["currency"] or "CNY",
            row["sent_at"],
            _news_of(row),
        )
    return found


def _news_of(row: Mapping[str, Any]) -> list[News]:
    """What the row and the receipts say that was heard, in the order of the instants."""
    sent: datetime = row["sent_at"]
    known = (("accepted", row["accepted_at"]), ("delivered", row["delivered_at"]))
    heard: dict[str, datetime] = {state: at for state, at in known if at is not None}
    for outcome, at in orjson.loads(row["receipts"]):
        heard.setdefault(outcome, datetime.fromisoformat(at))
    if row["state"] in ENDS or (row["state"] in PROGRESS and row["state"] not in heard):
        heard.setdefault(row["state"], row["updated_at"])
    result = row["result"]
    news = []
    for state, at in sorted(heard.items(), key=lambda one: one[1]):
        last = state == row["state"]
        news.append(
            News(max(at - sent, timedelta()), state, row["reason"] if last else "", result if last and result else "")
        )
    return news


def _as_logged(fate: Fate, stream: Sequence[Stored]) -> Fate:
    """Where a run waited for a message, the log says exactly what it heard, and when."""
    asked = None
    news = []
    for _, _, event in stream:
        if event.data.get("message") != fate.id:
            continue
        if event.kind == "message_requested":
            held = event.data.get("held_until")
            asked = datetime.fromisoformat(held) if held else event.at
        elif event.kind == "message_updated" and asked is not None:
            at = datetime.fromisoformat(event.data.get("changed_at", event.at.isoformat()))
            data = event.data
            news.append(
                News(max(at - asked, timedelta()), data["state"], data.get("reason", ""), data.get("result", ""))
            )
    if not news:
        return fate
    # The log ends with what the run waited for; what came later stands in the row.
    later = [
        one for one in fate.news if one.after > news[-1].after and one.state not in {heard.state for heard in news}
    ]
    return fate._replace(news=[*news, *later])


def _answers(stream: Sequence[Stored]) -> dict[str, list[News | None]]:
    """What came of calls and tasks, by node, in the order in which they were asked for; None: nothing was heard."""
    asked: dict[str, tuple[str, int, datetime]] = {}
    found: dict[str, list[News | None]] = defaultdict(list)

    def answer(ref: str, at: datetime, state: str, reason: str = "") -> None:
        if ref in asked:
            node, place, since = asked[ref]
            found[node][place] = News(max(at - since, timedelta()), state, reason)

    for _, _, event in stream:
        data = event.data
        if event.kind in ASKS:
            asked[data.get("call") or data["task"]] = event.node, len(found[event.node]), event.at
            found[event.node].append(None)
        elif event.kind == "wait_ended" and "call" in data:
            answer(data["call"], event.at, data["reason"], data.get("error", ""))
        elif event.kind == "task_closed" and data["state"] != "overdue":
            changed = data.get("changed_at")
            answer(data["task"], datetime.fromisoformat(changed) if changed else event.at, data["state"])
    return found
