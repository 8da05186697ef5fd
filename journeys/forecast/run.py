"""A part of an audience through the engine in virtual time. Nothing is sent and nothing stored."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from journeys.engine.decision import EventArrived, MessageChanged, ProfileUpdate, Zones
from journeys.engine.enrollment import Enrollment
from journeys.engine.entrance import enter
from journeys.engine.nodes.trigger import TriggerConfig
from journeys.engine.plan import Plan
from journeys.engine.step import was_cut_short
from journeys.forecast.agenda import Agenda
from journeys.forecast.assumptions import heard, occurrences
from journeys.forecast.effects import CHANGED_PEOPLE, prepare_updates, write_updates
from journeys.forecast.entering import Entering
from journeys.forecast.facts import (
    ASSUMED_EVENTS,
    AssumedEventRow,
    ForecastFacts,
    add_assumed,
    looks_at_events,
    store_assumed,
)
from journeys.forecast.fates import Fates
from journeys.forecast.items import Comes, Due, Entry, Happens, Item, Launches, Leaves
from journeys.forecast.request import ForecastRequest
from journeys.forecast.setup import prepare
from journeys.forecast.tally import Tally
from journeys.runtime.effects import change_of
from journeys.runtime.member import Member, News
from journeys.runtime.walk import walk
from profiles.person_changes import PersonChange
from workspaces.models import Workspace

# People who walk together: enough for one question to the database, few enough to report between.
PEOPLE_AT_ONCE = 5_000
# In one part, of people who come in again and again before they have left.
MOST_RUNS = 300_000
DAY = timedelta(days=1)


class Run:
    """One part of the audience, from the forecast's start to its end."""

    def __init__(self, workspace: Workspace, plan: Plan, request: ForecastRequest, part: int, parts: int) -> None:
        self.workspace = workspace
        self.plan = plan
        self.request = request
        self.salt = plan.journey
        self.agenda: Agenda[Item] = Agenda(request.end)
        self.tally = Tally()
        self.fates = Fates(plan, request.assumptions, self.agenda, self.tally)
        self.members: dict[str, Member] = {}  # by run
        trigger = plan.nodes[plan.trigger].config
        assert isinstance(trigger, TriggerConfig)
        self.trigger = trigger
        self.assumed = occurrences(request.assumptions)
        letting_in = next((one for one in self.assumed if trigger.event and one.name == trigger.event), None)
        self.heard = [one for one in heard(plan, self.assumed) if one is not letting_in]
        self.entering = Entering(workspace, plan, request, trigger, letting_in)
        entries = self.entering.entries(part, parts, self.tally)
        for at, entry in entries:
            self.agenda.add(at, entry)
        # Of those who may come in again: the entrance and the newest run.
        self.again: dict[str, tuple[Entry, str, int]] = {}
        for at in self.entering.later_launches:
            self.agenda.add(at, Launches())
        self.overlaid = bool(self.assumed) and looks_at_events(plan)
        over = []
        if self.overlaid:
            store_assumed(workspace.id, self._assumed_of((entry, entry.person.profile, at) for at, entry in entries))
            over.append(ASSUMED_EVENTS)
        if "update" in plan.types:
            prepare_updates()
            over.append(CHANGED_PEOPLE)
        self.facts = ForecastFacts(workspace.id, [entry.person.profile for _, entry in entries], over=over)

    def go(self, report: Callable[[float], None] = lambda _share: None) -> Tally:
        """Run to the end. `report` is told the share (0 to 1) of the virtual time that is behind us."""
        day = self.request.began + DAY
        walked, news = self.request.began, dict[int, EventArrived | MessageChanged]()
        while (at := self.agenda.next_at) is not None:
            while day <= self.request.end and day < at:
                day = self._end_day(day)
            now, items = self.agenda.take()
            if now != walked:
                # What somebody has not heard yet when they rest at an instant is heard at it.
                walked, news = now, {}
            members = self._woken(items, news, now)
            for place in range(0, len(members), PEOPLE_AT_ONCE):
                self._advance(members[place : place + PEOPLE_AT_ONCE], news, now)
                report(self._share(now, (place + PEOPLE_AT_ONCE) / len(members)))
        while day <= self.request.end:
            day = self._end_day(day)
        self.tally.ended.update(member.enrollment.state for member in self.members.values())
        return self.tally

    # ---- one instant ---------------------------------------------------------------------------------------

    def _woken(
        self, items: Sequence[Item], news: dict[int, EventArrived | MessageChanged], now: datetime
    ) -> list[Member]:
        """Let everything of one instant happen; returns whom it concerns, each once and with all their news."""
        moving: dict[int, Member] = {}
        for item in items:
            match item:
                case Entry():
                    member = self._enter(item, item.person.profile, now)
                    self.tally.people += 1
                    if self.entering.later_launches:
                        self.again[item.person.profile] = item, item.person.profile, 1
                case Launches():
                    moving.update((id(member), member) for member in self._come_again(now))
                    continue
                case Due(member):
                    if member.enrollment.due_at is None or member.enrollment.due_at > now:
                        continue
                case Happens(member, occurrence):
                    hear(member, occurrence.event(self.salt, member.enrollment.id, now), news)
                case Comes(member, stimulus):
                    hear(member, stimulus, news)
                case Leaves():
                    self.fates.leave(item, now)
                    continue
            moving[id(member)] = member
        return list(moving.values())

    def _advance(
        self, members: Sequence[Member], news: dict[int, EventArrived | MessageChanged], now: datetime
    ) -> None:
        before = [member.enrollment.due_at for member in members]
        walk(members, self.facts, now)
        changes: dict[str, list[PersonChange]] = defaultdict(list)
        for member in members:
            for request in member.requests:
                if isinstance(request.effect, ProfileUpdate):
                    changes[member.enrollment.profile].append(change_of(request.effect))
        if changes:
            write_updates(changes)
        for member, due in zip(members, before, strict=True):
            self._settle(member, due, news, now)

    def _come_again(self, now: datetime) -> list[Member]:
        """Let those in whose newest run allows it. What has ended before gives way: nobody has many runs in memory."""
        members, rows = [], list[tuple[Entry, str, datetime]]()
        for profile, (entry, newest, count) in self.again.items():
            before = self.members[newest].enrollment
            if not self.entering.may_come_again(before, now):
                continue
            if before.ended_at is not None:
                self.tally.ended[before.state] += 1
                del self.members[newest]
            elif len(self.members) >= MOST_RUNS:
                self.tally.refused["too_many_runs"] += 1
                continue
            run = f"{profile}/{count + 1}"
            members.append(self._enter(entry, run, now))
            self.again[profile] = entry, run, count + 1
            if self.overlaid:
                rows.append((entry, run, now))
        if rows:
            add_assumed(self.workspace.id, self._assumed_of(rows))
        return members

    def _assumed_of(self, runs: Iterable[tuple[Entry, str, datetime]]) -> Iterable[AssumedEventRow]:
        """What is assumed to happen to people in these runs, by their entrance, id and beginning."""
        for entry, run, began in runs:
            for one in self.assumed:
                after = timedelta() if one is entry.event else one.drawn(self.salt, run)
                if after is not None:
                    ref, profile = one.ref(self.salt, run), entry.person.profile
                    yield AssumedEventRow(ref, profile, one.name, began + after, one.properties)

    def _enter(self, entry: Entry, run: str, now: datetime) -> Member:
        """Begin a run. The first has its person's id: an id of its own would say nothing more."""
        event = entry.event
        source: dict[str, Any] = {"trigger": self.trigger.kind}
        if event is not None:
            source |= {"event": event.name, "event_ref": str(event.ref(self.salt, run))}
        properties = event.properties if event is not None else {}
        blank = Enrollment(run, entry.person.profile, self.plan.journey, self.plan.version, now, properties)
        step = enter(blank, self.plan, now, source)
        zones = Zones(entry.person.zone, self.plan.settings.timezone, self.workspace.timezone)
        member = Member(step.enrollment, self.plan, zones)
        member.events.extend(step.events)
        self.members[run] = member
        self.tally.runs += 1
        for one in self.heard:
            after = one.drawn(self.salt, run)
            if after is not None:
                self.agenda.add(now + after, Happens(member, one))
        return member

    def _settle(
        self, member: Member, due: datetime | None, news: dict[int, EventArrived | MessageChanged], now: datetime
    ) -> None:
        """Count what a walk did to one person, and plan what comes of it."""
        state = member.enrollment
        self.tally.note_events(member.events)
        if not state.is_live and was_cut_short(member.events):
            self.fates.cut_short.add(state.id)
        for request in member.requests:
            self.fates.note(member, request, now)
        if state.due_at is not None and (state.due_at != due or due <= now):
            self.agenda.add(state.due_at, Due(member))
        if member.failed_news and state.due_at is not None:
            for place in member.failed_news:
                self.agenda.add(state.due_at, Comes(member, news[place]))
        member.events.clear()
        member.requests.clear()
        member.failed_news.clear()
        member.steps, member.rests = 0, False

    # ---- time ----------------------------------------------------------------------------------------------

    def _end_day(self, day: datetime) -> datetime:
        self.tally.note_places(day, (member.enrollment for member in self.members.values()))
        return day + DAY

    def _share(self, now: datetime, done: float) -> float:
        ahead = self.agenda.next_at or self.request.end
        reached = now + (ahead - now) * min(done, 1.0)
        return (reached - self.request.began) / (self.request.end - self.request.began)


def hear(
    member: Member, stimulus: EventArrived | MessageChanged, news: dict[int, EventArrived | MessageChanged]
) -> None:
    """Tell a person something; `news` are all things that are told at this instant, by number."""
    place = len(news)
    news[place] = stimulus
    member.news.append(News(place, stimulus))
    # The walk takes the last first.
    member.news.sort(key=lambda item: (item.at, item.id), reverse=True)


def run_part(
    workspace: UUID, journey: UUID, request: Mapping[str, Any], part: int, parts: int, report: Callable[[float], None]
) -> Tally:
    """The work of one process (`child.Task`)."""
    setup = prepare(workspace, journey, request)
    return Run(setup.workspace, setup.plan, setup.request, part, parts).go(report)
