"""Some people's recorded runs through the edited graph in virtual time. Nothing is sent, and nothing of it stored."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from journeys.engine.decision import EventArrived, MessageChanged, ProfileUpdate, Zones
from journeys.engine.enrollment import Enrollment, Event, fold
from journeys.engine.plan import Plan
from journeys.engine.step import leave, was_cut_short
from journeys.forecast.agenda import Agenda
from journeys.forecast.assumptions import Receipts
from journeys.forecast.items import Comes, Due
from journeys.forecast.run import hear
from journeys.review.counterfactual import updates
from journeys.review.counterfactual.facts import RecordedFacts
from journeys.review.counterfactual.fates import RecordedFates
from journeys.review.counterfactual.following import Following, Fork, exit_from_outside
from journeys.review.counterfactual.gate import Gate
from journeys.review.counterfactual.items import Enters, Goes, Hears, Item, Removed, Resumes
from journeys.review.counterfactual.path import End
from journeys.review.counterfactual.people import PeopleThen, TouchesThen
from journeys.review.counterfactual.prices import Prices
from journeys.review.counterfactual.recorded import HeardEvent, RecordedRun
from journeys.review.counterfactual.request import Ready
from journeys.review.counterfactual.tally import Tally
from journeys.runtime.effects import change_of
from journeys.runtime.member import Member
from journeys.runtime.walk import walk
from profiles.person_changes import PersonChange
from workspaces.models import Workspace

TICK = datetime.resolution


class Setup(NamedTuple):
    """What a counterfactual runs with, the same in every process that takes part. `plan_of` raises NotRecorded."""

    workspace: Workspace
    plan: Plan
    ready: Ready
    plan_of: Callable[[str], Plan]
    following: Following
    gate: Gate
    shares: Receipts
    prices: Prices


class Outcome(NamedTuple):
    """A run as it was simulated: its whole stream, what it folds to, and why it did not begin (empty: it did).

    `fork` is None where the edit does not touch it.
    """

    run: RecordedRun
    fork: Fork | None
    events: Sequence[Event]
    state: Enrollment
    refusal: str


class Simulation:
    """The runs of some people, from where each leaves its record to the end of what is recorded."""

    def __init__(
        self,
        setup: Setup,
        runs: Sequence[RecordedRun],
        events: Mapping[str, Sequence[HeardEvent]],
        tally: Tally,
    ) -> None:
        self._setup = setup
        self._plan, end = setup.plan, setup.ready.as_of
        self._tally = tally
        self._runs = {run.id: run for run in runs}
        self._agenda: Agenda[Item] = Agenda(end)
        self._fates = RecordedFates(setup.plan.journey, setup.shares, setup.prices, self._agenda, end, tally)
        self._refused = {run.id: setup.gate.refusal(run) for run in runs}
        self._members: dict[str, Member] = {}
        self._forks: dict[str, Fork] = {}
        self._logs: dict[str, list[Event]] = {}
        # By person and key of re-entry: their runs, oldest first.
        self._of_person: dict[str, list[str]] = defaultdict(list)
        for run in runs:
            self._of_person[run.blank.profile].append(run.id)
            if len(self._of_person[run.blank.profile]) > 1:
                self._agenda.add(run.enrolled_at, Enters(run.id))
            fork = setup.following.fork(run)
            if fork is not None and not self._refused[run.id]:
                self._begin(run, fork, events.get(run.blank.profile, ()))
        self._facts = self._prepared()

    # ---- beginning -----------------------------------------------------------------------------------------

    def _begin(self, run: RecordedRun, fork: Fork, events: Sequence[HeardEvent]) -> None:
        setup = self._setup
        zones = Zones(run.zone, self._plan.settings.timezone, setup.workspace.timezone)
        member = Member(fork.state, self._plan, zones)
        member.entered = fork.entered
        self._members[run.id], self._forks[run.id] = member, fork
        self._logs[run.id] = [*(stored.event for stored in run.stream[: fork.kept]), *fork.decided]
        self._fates.begin(member, run, fork)
        if was_cut_short(fork.decided):
            self._fates.cut_short.add(run.id)
        if fork.entered:
            self._agenda.add(fork.at, Resumes(member))
        elif fork.state.due_at is not None:
            self._agenda.add(max(fork.state.due_at, fork.at), Due(member))
        self._plan_events(run, fork, member, events)
        for _, _, event in run.stream[fork.kept :]:
            data = exit_from_outside(event)
            if data is not None:
                self._agenda.add(event.at, Removed(member, data))

    def _plan_events(self, run: RecordedRun, fork: Fork, member: Member, events: Sequence[HeardEvent]) -> None:
        """What the person does from there on, and what had come by then and no step of theirs had heard of."""
        log = self._logs[run.id]
        heard = {event.data.get("event_ref") for event in log}
        before = max((event.at for event in log if event.at < fork.at), default=run.enrolled_at)
        first = run.stream[0].event
        # Events of the very batch that let somebody in come after it; else who came at that instant came before.
        by_event = first.data.get("trigger") == "event"
        for received_at, event in events:
            came = received_at > run.enrolled_at or (by_event and received_at == run.enrolled_at)
            if came and event.ref not in heard and (received_at > before or not fork.kept):
                self._agenda.add(max(received_at, fork.at), Hears(member, event))

    def _prepared(self) -> RecordedFacts:
        setup, space = self._setup, self._setup.workspace.id
        people = sorted({member.enrollment.profile for member in self._members.values()})
        touches = TouchesThen(space, setup.ready.as_of)
        if people:
            touches.remember(setup.ready.since, people, {id_: self._parted(id_) for id_ in self._forks})
        sends = {id_: fork.send for id_, fork in self._forks.items() if fork.send is not None}
        updated = "update" in self._plan.types
        if updated:
            updates.forget()
        then = PeopleThen(space, people, setup.ready.as_of)
        return RecordedFacts(space, self._plan.journey, then, touches, sends, updated=updated)

    def _parted(self, run: str) -> datetime:
        """Since when what is recorded of the run's messages did not happen."""
        at = self._forks[run].at
        asked = any(event.kind == "message_requested" and event.at == at for event in self._logs[run])
        return at + TICK if asked else at

    # ---- virtual time --------------------------------------------------------------------------------------

    def go(self) -> list[Outcome]:
        """Run to the end."""
        walked, news = None, dict[int, EventArrived | MessageChanged]()
        while self._agenda.next_at is not None:
            now, items = self._agenda.take()
            if now != walked:
                walked, news = now, {}
            members = self._woken(items, news, now)
            if members:
                self._advance(members, news, now)
        return [self._outcome(run) for run in self._runs.values()]

    def _woken(
        self, items: Sequence[Item], news: dict[int, EventArrived | MessageChanged], now: datetime
    ) -> list[Member]:
        """Let everything of one instant happen; returns whom it concerns, each once and with all their news."""
        moving: dict[int, Member] = {}
        for item in items:
            if isinstance(item, Enters):
                self._judge_again(self._runs[item.run], now)
                continue
            member = item.member
            if self._refused[member.enrollment.id]:
                continue
            match item:
                case Due():
                    if member.enrollment.due_at is None or member.enrollment.due_at > now:
                        continue
                case Hears(_, event):
                    hear(member, event, news)
                case Comes(_, stimulus):
                    hear(member, stimulus, news)
                case Goes():
                    self._fates.leave(item)
                    continue
                case Removed():
                    self._remove(item, now)
                    continue
            moving[id(member)] = member
        return [member for member in moving.values() if not self._refused[member.enrollment.id]]

    def _judge_again(self, run: RecordedRun, now: datetime) -> None:
        """Another run of the person may go on longer than it did."""
        for other in self._of_person[run.blank.profile]:
            if other == run.id:
                return
            if not self._refused[other] and not self._setup.gate.may_come_again(run, self._standing(other, now), now):
                self._refused[run.id] = self._refused[run.id] or "already_enrolled"
                return

    def _standing(self, run: str, now: datetime) -> Enrollment:
        """Where a run stands at an instant: by its record, if the edit does not touch it."""
        member = self._members.get(run)
        if member is not None:
            return member.enrollment
        recorded = self._runs[run]
        return fold(recorded.blank, [stored.event for stored in recorded.stream if stored.event.at <= now])

    def _remove(self, item: Removed, now: datetime) -> None:
        member = item.member
        if member.enrollment.is_live:
            data = dict(item.data)
            step = leave(member.enrollment, str(data.pop("reason")), now, data)
            member.enrollment = step.enrollment
            self._logs[member.enrollment.id].extend(step.events)
            self._fates.cut_short.add(member.enrollment.id)

    def _advance(
        self, members: Sequence[Member], news: dict[int, EventArrived | MessageChanged], now: datetime
    ) -> None:
        before = [member.enrollment.due_at for member in members]
        walk(members, self._facts, now)
        changes: dict[str, list[PersonChange]] = defaultdict(list)
        for member in members:
            for request in member.requests:
                if isinstance(request.effect, ProfileUpdate):
                    changes[member.enrollment.profile].append(change_of(request.effect))
        if changes:
            updates.write(changes, now)
        for member, due in zip(members, before, strict=True):
            self._settle(member, due, news, now)

    def _settle(
        self, member: Member, due: datetime | None, news: dict[int, EventArrived | MessageChanged], now: datetime
    ) -> None:
        """Keep what a walk did to one person, and plan what comes of it."""
        state = member.enrollment
        self._logs[state.id].extend(member.events)
        for event in member.events:
            if event.kind == "step_failed":
                self._tally.failures[event.node, event.data["error"]] += 1
        if not state.is_live and was_cut_short(member.events):
            self._fates.cut_short.add(state.id)
        for request in member.requests:
            self._fates.note(member, request, now)
        if state.due_at is not None and (state.due_at != due or due <= now):
            self._agenda.add(max(state.due_at, now), Due(member))
        if member.failed_news and state.due_at is not None:
            for place in member.failed_news:
                self._agenda.add(state.due_at, Comes(member, news[place]))
        member.events.clear()
        member.requests.clear()
        member.failed_news.clear()
        member.steps, member.rests = 0, False

    # ---- the end -------------------------------------------------------------------------------------------

    def _outcome(self, run: RecordedRun) -> Outcome:
        member, refusal = self._members.get(run.id), self._refused[run.id]
        if refusal:
            return Outcome(run, self._forks.get(run.id), (), run.blank, refusal)
        if member is None:
            events = [stored.event for stored in run.stream]
            return Outcome(run, None, events, fold(run.blank, events), "")
        return Outcome(run, self._forks[run.id], self._logs[run.id], member.enrollment, "")

    def ends_of(self, run: str) -> Mapping[str, End]:
        """How the messages of a simulated run ended, by their ids."""
        return self._fates.ends.get(run, {})
