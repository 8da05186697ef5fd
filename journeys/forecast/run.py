"""A part of an audience through the engine in virtual time. Nothing is sent and nothing stored."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from journeys.engine.decision import EventArrived, MessageChanged, SendFacts, WebhookCall, Zones
from journeys.engine.enrollment import Enrollment
from journeys.engine.entrance import closed, enter
from journeys.engine.nodes.send import SendConfig
from journeys.engine.nodes.trigger import TriggerConfig
from journeys.engine.plan import Plan
from journeys.engine.step import was_cut_short
from journeys.forecast.agenda import Agenda
from journeys.forecast.assumptions import Occurrence, Receipts, heard, occurrences
from journeys.forecast.audience import Entrant, read_slice
from journeys.forecast.facts import AssumedEventRow, ForecastFacts, looks_at_events, store_assumed
from journeys.forecast.items import Comes, Due, Entry, Happens, Item, Leaves
from journeys.forecast.limits import Limits, is_limited, let_in
from journeys.forecast.request import ForecastRequest
from journeys.forecast.tally import Tally
from journeys.runtime.member import Member, News, Request
from journeys.runtime.walk import walk
from profiles.rules.filters import all_hold
from workspaces.models import Workspace

# People who walk together: enough for one question to the database, few enough to report between.
PEOPLE_AT_ONCE = 5_000
DAY = timedelta(days=1)
WEBHOOK = "webhook"


class Run:
    """One part of the audience, from the forecast's start to its end."""

    def __init__(self, workspace: Workspace, plan: Plan, request: ForecastRequest, part: int, parts: int) -> None:
        self.workspace = workspace
        self.plan = plan
        self.request = request
        self.salt = plan.journey
        self.receipts = Receipts(request.assumptions.of_messages)
        self.agenda: Agenda[Item] = Agenda(request.end)
        self.tally = Tally()
        self.members: list[Member] = []
        self.cut_short: set[str] = set()
        assumed = occurrences(request.assumptions)
        trigger = plan.nodes[plan.trigger].config
        assert isinstance(trigger, TriggerConfig)
        self.trigger = trigger
        self.letting_in = next((one for one in assumed if trigger.event and one.name == trigger.event), None)
        self.heard = [one for one in heard(plan, assumed) if one is not self.letting_in]
        entries = self._let_in(part, parts)
        for at, entry in entries:
            self.agenda.add(at, entry)
        overlaid = bool(assumed) and looks_at_events(plan)
        if overlaid:
            store_assumed(workspace.id, self._rows(entries, assumed))
        profiles = [entry.person.profile for _, entry in entries]
        self.facts = ForecastFacts(workspace.id, profiles, assumed=overlaid)

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
        self.tally.ended.update(member.enrollment.state for member in self.members)
        self.tally.people = len(self.members)
        return self.tally

    # ---- before anything happens ---------------------------------------------------------------------------

    def _let_in(self, part: int, parts: int) -> list[tuple[datetime, Entry]]:
        """Who of this part comes in. Limits ask for everybody in order: each part counts all and takes its own."""
        request, limited = self.request, is_limited(self.plan)
        whose = (0, 1) if limited else (part, parts)
        found = read_slice(self.workspace.id, self.plan, request, *whose)
        self.tally.total = found.total
        entries = list(self._entries(found.people))
        if limited:
            limits = Limits(self.workspace, self.plan, request.began)
            entries = list(let_in(entries, limits, self.tally.refused))[part::parts]
            if part:
                self.tally.refused.clear()
        return entries

    def _entries(self, people: Sequence[Entrant]) -> Iterable[tuple[datetime, Entry]]:
        """Who comes in, and when; who does not is counted with the reason."""
        for person in people:
            delay = timedelta() if self.letting_in is None else self.letting_in.drawn(self.salt, person.profile)
            if delay is None:
                self.tally.refused["no_trigger"] += 1
                continue
            at = self.request.began + delay
            refusal = self._refusal(person, at)
            if refusal:
                self.tally.refused[refusal] += 1
            elif at <= self.request.end:
                yield at, Entry(person, self.letting_in)

    def _refusal(self, person: Entrant, at: datetime) -> str:
        if self.letting_in is not None and not all_hold(self.trigger.where, self.letting_in.properties):
            return "trigger_filter"
        return person.refusal or closed(self.plan.settings, at) or ""

    def _rows(
        self, entries: Sequence[tuple[datetime, Entry]], assumed: Sequence[Occurrence]
    ) -> Iterable[AssumedEventRow]:
        for began, entry in entries:
            profile = entry.person.profile
            for one in assumed:
                after = timedelta() if one is entry.event else one.drawn(self.salt, profile)
                if after is not None:
                    yield AssumedEventRow(one.ref(self.salt, profile), profile, one.name, began + after, one.properties)

    # ---- one instant ---------------------------------------------------------------------------------------

    def _woken(
        self, items: Sequence[Item], news: dict[int, EventArrived | MessageChanged], now: datetime
    ) -> list[Member]:
        """Let everything of one instant happen; returns whom it concerns, each once and with all their news."""
        moving: dict[int, Member] = {}
        for item in items:
            match item:
                case Entry():
                    member = self._enter(item, now)
                case Due(member):
                    if member.enrollment.due_at is None or member.enrollment.due_at > now:
                        continue
                case Happens(member, occurrence):
                    _hear(member, occurrence.event(self.salt, member.enrollment.profile, now), news)
                case Comes(member, stimulus):
                    _hear(member, stimulus, news)
                case Leaves():
                    self._leave(item, now)
                    continue
            moving[id(member)] = member
        return list(moving.values())

    def _advance(
        self, members: Sequence[Member], news: dict[int, EventArrived | MessageChanged], now: datetime
    ) -> None:
        before = [member.enrollment.due_at for member in members]
        walk(members, self.facts, now)
        for member, due in zip(members, before, strict=True):
            self._settle(member, due, news, now)

    def _enter(self, entry: Entry, now: datetime) -> Member:
        profile, event = entry.person.profile, entry.event
        source: dict[str, Any] = {"trigger": self.trigger.kind}
        if event is not None:
            source |= {"event": event.name, "event_ref": str(event.ref(self.salt, profile))}
        properties = event.properties if event is not None else {}
        # The run's id is the person's: nobody has two, and an id of its own would say nothing more.
        blank = Enrollment(profile, profile, self.plan.journey, self.plan.version, now, properties)
        step = enter(blank, self.plan, now, source)
        zones = Zones(entry.person.zone, self.plan.settings.timezone, self.workspace.timezone)
        member = Member(step.enrollment, self.plan, zones)
        member.events.extend(step.events)
        self.members.append(member)
        for one in self.heard:
            after = one.drawn(self.salt, profile)
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
            self.cut_short.add(state.id)
        for request in member.requests:
            self._note(member, request, now)
        if state.due_at is not None and (state.due_at != due or due <= now):
            self.agenda.add(state.due_at, Due(member))
        if member.failed_news and state.due_at is not None:
            for place in member.failed_news:
                self.agenda.add(state.due_at, Comes(member, news[place]))
        member.events.clear()
        member.requests.clear()
        member.failed_news.clear()
        member.steps, member.rests = 0, False

    # ---- messages ------------------------------------------------------------------------------------------

    def _note(self, member: Member, request: Request, now: datetime) -> None:
        effect, node = request.effect, self.plan.nodes[request.node]
        if not isinstance(effect, SendFacts):
            if isinstance(effect, WebhookCall):
                self._answer_call(member, effect.id, now)
            return
        config = node.config
        assert isinstance(config, SendConfig)
        if effect.verdict == "blocked":
            self.tally.note_refused_message(config, effect.rule, effect.reason, now)
            return
        at, route = effect.not_before or now, effect.payload["route"]
        if effect.verdict == "held":
            self.tally.note_held(config, effect)
            self.agenda.add(at, Leaves(member, config, route))
        else:
            self.tally.note_sent(config, route, "allowed", at)
        # Only who waits for it hears what becomes of a message.
        if config.awaited is not None or "blocked" in node.edges:
            for receipt in self.receipts.drawn(config.channel, self.salt, f"{member.enrollment.id}/{request.node}"):
                news = MessageChanged(effect.message, receipt.outcome, at + receipt.after)
                self.agenda.add(news.at, Comes(member, news))

    def _answer_call(self, member: Member, call: str, now: datetime) -> None:
        """Other servers answer at once and as they should, unless the assumptions say otherwise."""
        first = self.receipts.drawn(WEBHOOK, self.salt, f"{member.enrollment.id}/{call}")[0]
        outcome = "failure" if first.outcome == "failed" else "success"
        self.agenda.add(now + first.after, Comes(member, MessageChanged(call, outcome, now + first.after)))

    def _leave(self, item: Leaves, now: datetime) -> None:
        if item.member.enrollment.id in self.cut_short:
            self.tally.note_refused_message(item.config, "exited", "exited", now)
        else:
            self.tally.note_sent(item.config, item.route, "held", now)

    # ---- time ----------------------------------------------------------------------------------------------

    def _end_day(self, day: datetime) -> datetime:
        self.tally.note_places(day, (member.enrollment for member in self.members))
        return day + DAY

    def _share(self, now: datetime, done: float) -> float:
        ahead = self.agenda.next_at or self.request.end
        reached = now + (ahead - now) * min(done, 1.0)
        return (reached - self.request.began) / (self.request.end - self.request.began)


def _hear(
    member: Member, stimulus: EventArrived | MessageChanged, news: dict[int, EventArrived | MessageChanged]
) -> None:
    place = len(news)
    news[place] = stimulus
    member.news.append(News(place, stimulus))
    # The walk takes the last first.
    member.news.sort(key=lambda item: (item.at, item.id), reverse=True)
