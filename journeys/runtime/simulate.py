"""A test run: the engine over one scripted person in virtual time, with nothing sent and nothing stored."""

import heapq
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from journeys.engine.correlation import key_of
from journeys.engine.decision import (
    EventArrived,
    MessageChanged,
    ProfileUpdate,
    SendFacts,
    TaskRequest,
    WebhookCall,
    Zones,
)
from journeys.engine.enrollment import Enrollment
from journeys.engine.entrance import cause, closed, enter
from journeys.engine.nodes.send import InlineTemplate, SendConfig
from journeys.engine.nodes.trigger import TriggerConfig
from journeys.engine.nodes.webhook import WebhookConfig
from journeys.engine.plan import Plan, compile_plan
from journeys.engine.step import was_cut_short
from journeys.engine.validation.validate import is_publishable, validate
from journeys.models import Journey
from journeys.runtime.addressing import Route, StoredRoutes, UnknownRoute
from journeys.runtime.effects import change_of
from journeys.runtime.facts import PostgresFacts, named
from journeys.runtime.member import Member, News, Request
from journeys.runtime.publish import InvalidGraph
from journeys.runtime.scenario import Scenario, ScriptedReceipt, SimulationError, length, read
from journeys.runtime.shadow import (
    ENTRY_EVENT,
    SHADOW,
    add_message,
    change_person,
    move_message,
    put_run,
    shadow_params,
)
from journeys.runtime.walk import walk
from journeys.store.postgres import query
from profiles.rule_sql import condition
from profiles.rules.filters import all_hold
from workspaces.models import Workspace

MOST_ROUNDS = 20_000
SENT = ("allowed", "held")


class SimulatedRoutes:
    """Accounts and templates need not exist here; those that do give their text."""

    def __init__(self) -> None:
        self._stored = StoredRoutes()

    def find(self, workspace: UUID, config: SendConfig) -> Route:
        if not isinstance(config.template, InlineTemplate):
            try:
                return self._stored.find(workspace, config)
            except UnknownRoute:
                return Route(None, None, True, "")
        return Route(None, None, True, config.template.text)


def simulate(workspace: Workspace, request: Any, journey: Journey | None = None) -> dict[str, Any]:
    """Run a scenario and return `{"status", "events", "messages"}`: exactly what the engine would record.

    The graph is the request's, else the journey's draft. Raises SimulationError for a malformed script and
    InvalidGraph for a graph that has errors.
    """
    scenario = read(request, datetime.now(UTC))
    graph = scenario.graph if scenario.graph is not None else (journey.draft if journey else None)
    if graph is None:
        raise SimulationError("graph_required", "A test run needs a graph.", attr="graph")
    issues = validate(graph)
    if not is_publishable(issues):
        raise InvalidGraph(issues)
    plan = compile_plan(str(journey.pk) if journey else "simulation", "simulation", graph)
    return _Run(workspace, plan, scenario).result()


class _Run:
    """One run: an agenda of what is scripted, and the walk between its instants."""

    def __init__(self, workspace: Workspace, plan: Plan, scenario: Scenario) -> None:
        self.workspace = workspace
        self.plan = plan
        self.scenario = scenario
        trigger = plan.nodes[plan.trigger].config
        assert isinstance(trigger, TriggerConfig)
        self.trigger = trigger
        self.entry_event = scenario.entry.event or (trigger.event if trigger.kind == "event" else None)
        self.params = shadow_params(workspace.id, scenario, self.entry_event)
        ids = count()
        self.facts = PostgresFacts(
            workspace.id,
            SimulatedRoutes(),
            shadow=SHADOW,
            shadow_params=dict(self.params),
            new_message_id=lambda: uuid5(NAMESPACE_OID, f"message {next(ids)}"),
        )
        self.order = count()
        self.agenda: list[tuple[datetime, int, EventArrived | MessageChanged]] = []
        self.messages: list[dict[str, Any]] = []
        # By id.
        self.sent: dict[str, dict[str, Any]] = {}
        self.calls: dict[str, Request] = {}

    def result(self) -> dict[str, Any]:
        refusal = self._refusal()
        if refusal:
            return {"status": "not_enrolled", "reason": refusal, "events": [], "messages": []}
        member = self._begin()
        self._run(member)
        events = [
            {"seq": seq, "at": event.at.isoformat(), "kind": event.kind, "node": event.node, "data": event.data}
            for seq, event in enumerate(member.events, start=1)
        ]
        return {"status": member.enrollment.state, "events": events, "messages": self.messages}

    def _refusal(self) -> str | None:
        """Why this person would not enter at all."""
        shut = closed(self.plan.settings, self.scenario.began)
        if shut is not None:
            return shut
        if not self.scenario.entry.fits(self.trigger):
            return "another_trigger"
        if self.trigger.kind == "event":
            if self.entry_event != self.trigger.event:
                return "another_event"
            if not all_hold(self.trigger.where, self.scenario.entry_properties, self.scenario.began):
                return "trigger_filter"
        if self.plan.key and key_of(self.scenario.entry_properties, self.plan.key) is None:
            return "no_key"
        rule = self.plan.settings.entry.rule
        if rule is not None:
            compiled = condition(rule, self.scenario.began)
            values: dict[str, Any] = dict(self.params)
            text = named(compiled.text, compiled.params, values)
            since = "cross join (select 'infinity'::timestamptz as since) m"
            if not query(f"{SHADOW} select 1 from profiles_profile p {since} where {text}", values):
                return "entry_rule"
        return None

    def _begin(self) -> Member:
        scenario, plan = self.scenario, self.plan
        person = scenario.profile
        profile = str(person.uuid)
        source = {"trigger": "api"} if scenario.entry.api else cause(self.trigger)
        if self.entry_event:
            source |= {"event": self.entry_event, "event_ref": ENTRY_EVENT}
        blank = Enrollment(
            str(uuid5(NAMESPACE_OID, f"enrollment {profile}")),
            profile,
            plan.journey,
            plan.version,
            scenario.began,
            scenario.entry_properties,
        )
        step = enter(blank, plan, scenario.began, source)
        zone = person.attributes.get("timezone")
        zones = Zones(zone if isinstance(zone, str) else None, plan.settings.timezone, self.workspace.timezone)
        member = Member(step.enrollment, plan, zones)
        member.events.extend(step.events)
        for event in scenario.scripted():
            self._plan_news(event.occurred_at, event)
        return member

    def _plan_news(self, at: datetime, news: EventArrived | MessageChanged) -> None:
        heapq.heappush(self.agenda, (at, next(self.order), news))

    def _run(self, member: Member) -> None:
        end = self.scenario.began + length(self.scenario.until)
        now = self.scenario.began
        for _ in range(MOST_ROUNDS):
            put_run(self.facts.shadow_params, member.enrollment, member.events)
            walk([member], self.facts, now)
            for request in member.requests:
                self._note(request, now)
            member.requests.clear()
            member.steps, member.rests = 0, False
            upcoming = [instant for instant in (member.enrollment.due_at, self._next_news()) if instant is not None]
            if not upcoming or min(upcoming) > end:
                return
            now = max(now, min(upcoming))
            # One piece of news at a time: what it starts may ask for receipts before the next.
            if self.agenda and self.agenda[0][0] <= now:
                _, order, news = heapq.heappop(self.agenda)
                if isinstance(news, MessageChanged):
                    self._update(member, news)
                member.news = [News(order, news)]
        raise SimulationError(
            "too_long", f"The run takes more than {MOST_ROUNDS} rounds; set a nearer `until`.", attr="until"
        )

    def _next_news(self) -> datetime | None:
        return self.agenda[0][0] if self.agenda else None

    def _note(self, request: Request, now: datetime) -> None:
        """List a message, and plan its receipts: those scripted for its node, else that it is accepted.

        A webhook is never called: its receipts say what comes of it, else it succeeds at once. A task is done or fails
        only as scripted.
        """
        send = request.effect
        if isinstance(send, ProfileUpdate):
            self._write(send, now)
        if isinstance(send, WebhookCall):
            self.calls[send.id] = request
            self._plan_outcomes(request.node, send.id, "success", now)
        if isinstance(send, TaskRequest):
            self._plan_outcomes(request.node, send.id, None, now)
        if not isinstance(send, SendFacts):
            return
        at = send.not_before or now
        config = self.plan.nodes[request.node].config
        assert isinstance(config, SendConfig)
        message = {
            "at": at.isoformat(),
            "node": request.node,
            "channel": config.channel,
            "rendered": _rendered(send),
            "state": "queued" if send.verdict in SENT else "blocked",
            "reason": send.reason if send.verdict == "blocked" else "",
        }
        self.messages.append(message)
        if send.verdict not in SENT:
            return
        self.sent[send.message] = message
        add_message(self.facts.shadow_params, send.message, config.channel, now, at)
        self._plan_outcomes(request.node, send.message, "accepted", at)

    def _plan_outcomes(self, node: str, ref: str, default: str | None, at: datetime) -> None:
        receipts = [receipt for receipt in self.scenario.receipts if receipt.node == node]
        if not receipts and default is not None:
            receipts = [ScriptedReceipt(node=node, outcome=default)]
        for receipt in receipts:
            then = at + length(receipt.after)
            self._plan_news(then, MessageChanged(ref, receipt.outcome, then))

    def _write(self, update: ProfileUpdate, now: datetime) -> None:
        """Change the scripted person, whom the next question then finds changed."""
        change_person(self.facts.shadow_params, change_of(update), now)

    def _update(self, member: Member, news: MessageChanged) -> None:
        if news.message in self.calls:
            self._remember(member, self.calls[news.message], news)
            return
        message = self.sent[news.message]
        if message["state"] == "queued" and was_cut_short(member.events):
            message.update(state="blocked", reason="exited")
        elif message["state"] != "blocked":
            message["state"] = news.state
            move_message(self.facts.shadow_params, news.message, news.state, news.at)

    def _remember(self, member: Member, request: Request, news: MessageChanged) -> None:
        """Put a scripted answer where the real one would be."""
        config = self.plan.nodes[request.node].config
        assert isinstance(config, WebhookConfig)
        answers = [
            one.answer for one in self.scenario.receipts if one.node == request.node and one.outcome == news.state
        ]
        if config.save_as and news.state == "success" and (member.enrollment.wait or {}).get("call") == news.message:
            properties = {**member.enrollment.properties, config.save_as: answers[0] if answers else None}
            member.enrollment = member.enrollment._replace(properties=properties)


def _rendered(send: SendFacts) -> dict[str, Any]:
    payload = send.payload
    text = payload["text"]
    if text is None:
        text = payload["route"].body
        for name, value in payload["params"].items():
            text = text.replace(f"${{{name}}}", value)
    return {"text": text, "params": payload["params"]}
