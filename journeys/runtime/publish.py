"""The life of a journey: check, publish, pause, resume, stop, archive."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, Literal

from django.contrib.auth.models import User
from django.db import transaction

from channels_app.models import ChannelAccount, Template
from channels_app.providers.sms.content import variables as variables_of
from journeys.choices import JourneyState
from journeys.engine.issues import Issue, References, TemplateReference, error
from journeys.engine.nodes.trigger import TriggerConfig
from journeys.engine.plan import compile_plan, listens
from journeys.engine.validation.validate import is_publishable, validate
from journeys.models import Journey, JourneyVersion
from journeys.runtime import nudges
from journeys.runtime.leaving import exit_everyone
from journeys.runtime.rendering import check as check_liquid
from journeys.store.lane import lane_of
from journeys.store.postgres import query
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
    accounts: dict[str, str] = {}
    for account in ChannelAccount.objects.filter(workspace=workspace, enabled=True):
        accounts[account.key] = accounts[str(account.id)] = account.channel
    templates: dict[str, TemplateReference] = {}
    for template in Template.objects.filter(workspace=workspace):
        reference = TemplateReference(
            template.channel, template.state == "approved", template.purpose, tuple(variables_of(template.body))
        )
        templates[template.key] = templates[str(template.id)] = reference
    journeys = {
        str(id_): state for id_, state in Journey.objects.filter(workspace=workspace).values_list("id", "state")
    }
    return References(accounts, templates, journeys=journeys)


def check(workspace: Workspace, graph: Any) -> list[Issue]:
    """Every issue of a graph, with what it names looked up in the workspace."""
    issues = validate(graph, references_of(workspace))
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
    """Freeze the draft as the next version and make it the one that people enter. Raises InvalidGraph, WrongState."""
    with transaction.atomic():
        # What is checked is what is published: nobody saves or archives between the two.
        stored = Journey.objects.select_for_update(of=("self",)).select_related("workspace").get(pk=journey.pk)
        _demand(stored, {JourneyState.DRAFT, JourneyState.LIVE, JourneyState.PAUSED})
        issues = check(stored.workspace, stored.draft)
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
            trigger_event=trigger.event or "",
            listens=listens(plan),
            watches_person=bool(plan.exit_conditions),
            published_by=user,
        )
        stored.live_version = version
        if stored.state == JourneyState.DRAFT:
            stored.state = JourneyState.LIVE
        stored.save(update_fields=["live_version", "state", "updated_at"])
    journey.refresh_from_db()
    return version


def pause(journey: Journey) -> None:
    """Keep everybody where they are: timers that fire and events that come meanwhile wait for `resume`."""
    _change(journey, {JourneyState.LIVE}, JourneyState.PAUSED)


OVERDUE_LANES = """
select distinct lane, journey_id, case when lane is null then profile_id end as profile_id
from journeys_enrollment where journey_id = %(journey)s and ended_at is null
"""


def resume(journey: Journey) -> None:
    """Let people go on; what came due in the pause happens now."""
    with transaction.atomic():
        _change(journey, {JourneyState.PAUSED}, JourneyState.LIVE)
        rows = query(OVERDUE_LANES, {"journey": journey.pk})
        nudges.lanes_after_commit(
            {lane_of(journey.workspace_id, row["lane"], row["journey_id"], row["profile_id"]) for row in rows}
        )


def stop(journey: Journey, mode: Literal["finish", "exit"], now: datetime | None = None) -> None:
    """Let nobody in any more; `finish` lets those inside go on to their end, `exit` ends their paths now."""
    with transaction.atomic():
        _change(journey, {JourneyState.LIVE, JourneyState.PAUSED}, JourneyState.STOPPED)
        if mode == "exit":
            exit_everyone(journey, "journey_stopped", now or datetime.now(UTC))


def archive(journey: Journey) -> None:
    _change(journey, {JourneyState.DRAFT, JourneyState.STOPPED}, JourneyState.ARCHIVED)


def _demand(journey: Journey, states: Collection[str]) -> None:
    if journey.state not in states:
        raise WrongState(journey.state, states)


def _change(journey: Journey, wanted: Collection[str], state: str) -> None:
    """Change the state in the database if it still is one of `wanted`. Raises WrongState."""
    changed = Journey.objects.filter(pk=journey.pk, state__in=list(wanted)).update(state=state)
    journey.refresh_from_db()
    if not changed:
        raise WrongState(journey.state, wanted)
