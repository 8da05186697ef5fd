"""The life of a journey: check, publish, pause, resume, stop, archive."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from channels_app.models import ChannelAccount, Template
from channels_app.providers.registry import entry_of, provider_class
from journeys.choices import ActKind, ChangeKind, JourneyState
from journeys.engine.issues import Issue, References, TemplateReference, error
from journeys.engine.nodes.send import InlineTemplate, SendConfig
from journeys.engine.nodes.trigger import TriggerConfig
from journeys.engine.plan import compile_plan, listens
from journeys.engine.validation.validate import is_publishable, validate
from journeys.models import Journey, JourneyVersion, MassAct
from journeys.runtime import acts, pausing, ways_in
from journeys.runtime.approval import demand_approval
from journeys.runtime.changes import note
from journeys.runtime.leaving import Filters, ask_exit
from journeys.runtime.rendering import check as check_liquid
from journeys.runtime.states import change_state, demand, lock
from journeys.runtime.ways_in_checks import with_ways_in
from workspaces.errors import DomainError
from workspaces.models import Workspace
from workspaces.models.base import new_id

ResumeMode = Literal["catch_up", "shift"]
StopMode = Literal["finish", "exit"]


class InvalidGraph(DomainError):
    """The graph has errors; `issues` lists them."""

    def __init__(self, issues: list[Issue]) -> None:
        super().__init__(
            "invalid_graph",
            f"The graph has {sum(issue.severity == 'error' for issue in issues)} errors and cannot be published.",
            attr="graph",
        )
        self.issues = issues


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
    return issues + _text_issues(graph) if is_publishable(issues) else issues


def _text_issues(graph: Any) -> list[Issue]:
    """Liquid that does not parse, and texts in the place of templates, which can be simulated but not sent."""
    issues = []
    for node in compile_plan("", "", graph).nodes.values():
        if isinstance(node.config, SendConfig) and isinstance(node.config.template, InlineTemplate):
            issues.append(
                error(
                    "text_without_template",
                    "这段文字还不是模板：可以测试运行，发布前请选择渠道账号里的模板。",
                    "The text is no template yet: a test run shows it; choose a template before publishing.",
                    node.id,
                )
            )
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
        demand(stored, {JourneyState.DRAFT, JourneyState.LIVE, JourneyState.PAUSED})
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
        change_state(journey, {JourneyState.LIVE}, JourneyState.PAUSED, paused_at=now)
        note(journey, ChangeKind.PAUSED, now, user)


def ask_resume(journey: Journey, mode: ResumeMode, user: User | None, now: datetime) -> MassAct | None:
    """Let people go on. What came due in the pause happens now (`catch_up`), or every wait is longer by it (`shift`).

    Events that came in the pause are heard in either case. A shift is an act upon everybody who waits, which is returned;
    the journey stays paused until it ends. Raises WrongState, ActUnderWay while a shift is being made, and DomainError
    `pause_unknown` for a shift over a pause that an earlier release began.
    """
    with transaction.atomic():
        lock(journey)
        demand(journey, {JourneyState.PAUSED})
        if acts.is_open(journey, ActKind.RESUME):
            raise acts.ActUnderWay(ActKind.RESUME)
        if mode == "shift":
            return pausing.ask_shift(journey, user, now)
        pausing.end_pause(journey, mode, now, user, now)
    return None


def resume(
    journey: Journey, mode: ResumeMode = "catch_up", user: User | None = None, now: datetime | None = None
) -> None:
    """The same, with the shift made in the calling thread."""
    now = now or datetime.now(UTC)
    _done_here(ask_resume(journey, mode, user, now), now)
    journey.refresh_from_db()


def ask_stop(journey: Journey, mode: StopMode, now: datetime, user: User | None) -> MassAct | None:
    """Let nobody in any more; `finish` lets those inside go on to their end, `exit` ends their paths now.

    To exit is an act upon everybody inside, which is returned; while it is under way nobody moves. Raises WrongState, and
    ActUnderWay for `finish` while waits are being shifted: some would go on at the time that they had before the pause.
    """
    with transaction.atomic():
        lock(journey)
        if mode == "finish" and acts.is_open(journey, ActKind.RESUME):
            raise acts.ActUnderWay(ActKind.RESUME)
        change_state(journey, {JourneyState.LIVE, JourneyState.PAUSED}, JourneyState.STOPPED)
        ways_in.closed(journey, now)
        note(journey, ChangeKind.STOPPED, now, user, {"mode": mode})
        if mode == "exit":
            return ask_exit(journey, Filters(), now, user, "journey_stopped", ActKind.STOP)
        pausing.nudge_everyone(journey)
    return None


def stop(journey: Journey, mode: StopMode, now: datetime | None = None, user: User | None = None) -> None:
    """The same, with everybody's exit in the calling thread."""
    now = now or datetime.now(UTC)
    _done_here(ask_stop(journey, mode, now, user), now)


def archive(journey: Journey, user: User | None = None, now: datetime | None = None) -> None:
    with transaction.atomic():
        change_state(journey, {JourneyState.DRAFT, JourneyState.STOPPED}, JourneyState.ARCHIVED)
        note(journey, ChangeKind.ARCHIVED, now or datetime.now(UTC), user)


def _done_here(act: MassAct | None, now: datetime) -> None:
    if act is not None:
        acts.perform(act, now)
