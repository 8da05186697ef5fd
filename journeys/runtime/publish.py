"""The life of a journey: check, publish, pause, resume, stop, archive."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from channels_app.models import ChannelAccount, Template
from channels_app.providers.registry import entry_of, provider_class
from journeys.choices import ChangeKind, JourneyState
from journeys.engine.issues import Issue, References, TemplateReference, error
from journeys.engine.nodes.trigger import TriggerConfig
from journeys.engine.plan import compile_plan, listens
from journeys.engine.validation.validate import is_publishable, validate
from journeys.models import Journey, JourneyVersion
from journeys.runtime import ways_in
from journeys.runtime.approval import demand_approval
from journeys.runtime.changes import note
from journeys.runtime.leaving import exit_everyone
from journeys.runtime.pausing import nudge_everyone, shift_waits
from journeys.runtime.rendering import check as check_liquid
from journeys.runtime.ways_in_checks import with_ways_in
from workspaces.errors import DomainError
from workspaces.models import Workspace
from workspaces.models.base import new_id


class InvalidGraph(DomainError):
    """The graph has errors; `issues` lists them."""

    def __init__(self, issues: list[Issue]) -> None:
        super().__init__(
            "invalid_graph",
            f"The graph has {sum(issue.severity == 'error' for issue in issues)} errors and cannot be published.",
            attr="graph",
        )
        self.issues = issues


class WrongState(DomainError):
    """The journey's state does not allow what was asked."""

    def __init__(self, state: str, wanted: Collection[str]) -> None:
        allowed = ", ".join(sorted(wanted))
        super().__init__("wrong_state", f"The journey is {state}; this needs it to be {allowed}.", status=409)


def references_of(workspace: Workspace) -> References:
    """Everything in the workspace that a graph may name, by key and by id."""
    accounts: dict[str, Sequence[str]] = {}
    for account in ChannelAccount.objects.filter(workspace=workspace, enabled=True):
        accounts[account.key] = accounts[str(account.id)] = entry_of(account.provider).channels
    templates: dict[str, TemplateReference] = {}
    for template in Template.objects.filter(workspace=workspace).select_related("account"):
        reference = TemplateReference(
            template.channel,
            template.state == "approved",
            template.purpose,
            tuple(provider_class(template.account.provider).variables(template.body, template.settings)),
        )
        templates[template.key] = templates[str(template.id)] = reference
    journeys = {
        str(id_): state for id_, state in Journey.objects.filter(workspace=workspace).values_list("id", "state")
    }
    private_hosts = None if settings.WEBHOOK_ALLOW_PRIVATE else settings.WEBHOOK_ALLOWED_HOSTS
    return References(accounts, templates, journeys=journeys, private_hosts=private_hosts)


def check(workspace: Workspace, graph: Any, journey: Journey | None = None, now: datetime | None = None) -> list[Issue]:
    """Every issue of a graph, with what it names looked up in the workspace; of a journey's graph, given the journey."""
    references = with_ways_in(references_of(workspace), workspace, graph, now or datetime.now(UTC), journey)
    issues = validate(graph, references)
    return issues + _liquid_issues(graph) if is_publishable(issues) else issues


def _liquid_issues(graph: Any) -> list[Issue]:
    issues = []
    for node in compile_plan("", "", graph).nodes.values():
        for name, source in node.type.liquid(node.config):
            fault = check_liquid(source)
            if fault:
                issues.append(
                    error("liquid_error", f"变量 {name} 的模板语法有误：{fault}", f"{name}: {fault}", node.id)
                )
    return issues


def publish(journey: Journey, user: User | None, now: datetime) -> JourneyVersion:
    """Freeze the draft as the next version and make it the one that people enter.

    Raises InvalidGraph, WrongState, and DomainError `approval_required`.
    """
    with transaction.atomic():
        # What is checked is what is published: nobody saves or archives between the two.
        stored = Journey.objects.select_for_update(of=("self",)).select_related("workspace").get(pk=journey.pk)
        _demand(stored, {JourneyState.DRAFT, JourneyState.LIVE, JourneyState.PAUSED})
        demand_approval(stored)
        issues = check(stored.workspace, stored.draft, stored, now)
        if not is_publishable(issues):
            raise InvalidGraph(issues)
        latest = stored.versions.order_by("-number").values_list("number", flat=True).first() or 0
        version_id = new_id()
        plan = compile_plan(str(stored.pk), str(version_id), stored.draft)
        trigger = plan.nodes[plan.trigger].config
        assert isinstance(trigger, TriggerConfig)
        version = JourneyVersion.objects.create(
            id=version_id,
            workspace_id=stored.workspace_id,
            journey=stored,
            number=latest + 1,
            graph=stored.draft,
            trigger_event=(trigger.event or "") if trigger.kind == "event" else "",
            trigger_segment=trigger.segment if trigger.kind == "segment" else None,
            listens=listens(plan),
            watches_person=bool(plan.exit_conditions),
            published_by=user,
        )
        stored.live_version = version
        if stored.state == JourneyState.DRAFT:
            stored.state = JourneyState.LIVE
        stored.save(update_fields=["live_version", "state", "updated_at"])
        ways_in.opened(stored, version, now)
        note(stored, ChangeKind.PUBLISHED, now, user, {"revision": stored.revision}, version.number)
    journey.refresh_from_db()
    return version


def pause(journey: Journey, user: User | None = None, now: datetime | None = None) -> None:
    """Keep everybody where they are: timers that fire and events that come meanwhile wait for `resume`."""
    now = now or datetime.now(UTC)
    with transaction.atomic():
        _change(journey, {JourneyState.LIVE}, JourneyState.PAUSED, paused_at=now)
        note(journey, ChangeKind.PAUSED, now, user)


def resume(
    journey: Journey,
    mode: Literal["catch_up", "shift"] = "catch_up",
    user: User | None = None,
    now: datetime | None = None,
) -> None:
    """Let people go on. What came due in the pause happens now (`catch_up`), or every wait is longer by it (`shift`).

    Events that came in the pause are heard in either case. A shift goes in batches of people, each its own transaction;
    the journey is live only after the last. Raises WrongState, and DomainError `pause_unknown` for a shift over a pause
    that an earlier release began.
    """
    now = now or datetime.now(UTC)
    journey.refresh_from_db()
    _demand(journey, {JourneyState.PAUSED})
    data: dict[str, Any] = {"mode": mode}
    if journey.paused_at is not None:
        data["seconds"] = (now - journey.paused_at).total_seconds()
    if mode == "shift":
        data["shifted"] = _shift(journey, now)
    with transaction.atomic():
        _change(journey, {JourneyState.PAUSED}, JourneyState.LIVE)
        note(journey, ChangeKind.RESUMED, now, user, data)
        nudge_everyone(journey)


def _shift(journey: Journey, now: datetime) -> int:
    if journey.paused_at is None:
        raise DomainError("pause_unknown", "It is not known when this pause began: let people catch up.", status=409)
    return shift_waits(journey, journey.paused_at, now)


def stop(
    journey: Journey, mode: Literal["finish", "exit"], now: datetime | None = None, user: User | None = None
) -> None:
    """Let nobody in any more; `finish` lets those inside go on to their end, `exit` ends their paths now, in batches."""
    now = now or datetime.now(UTC)
    with transaction.atomic():
        _change(journey, {JourneyState.LIVE, JourneyState.PAUSED}, JourneyState.STOPPED)
        ways_in.closed(journey, now)
        note(journey, ChangeKind.STOPPED, now, user, {"mode": mode})
        nudge_everyone(journey)
    if mode == "exit":
        exit_everyone(journey, "journey_stopped", now)


def archive(journey: Journey, user: User | None = None, now: datetime | None = None) -> None:
    with transaction.atomic():
        _change(journey, {JourneyState.DRAFT, JourneyState.STOPPED}, JourneyState.ARCHIVED)
        note(journey, ChangeKind.ARCHIVED, now or datetime.now(UTC), user)


def _demand(journey: Journey, states: Collection[str]) -> None:
    if journey.state not in states:
        raise WrongState(journey.state, states)


def _change(journey: Journey, wanted: Collection[str], state: str, paused_at: datetime | None = None) -> None:
    """Change the state in the database if it still is one of `wanted`. Raises WrongState."""
    changed = Journey.objects.filter(pk=journey.pk, state__in=list(wanted)).update(state=state, paused_at=paused_at)
    journey.refresh_from_db()
    if not changed:
        raise WrongState(journey.state, wanted)
