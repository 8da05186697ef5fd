"""The message of one node of a draft, sent to a tester: by the real policy and outbox, outside every number."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from pydantic import ValidationError

from channels_app.choices import MessageState
from channels_app.models import Message
from journeys.engine.decision import SendFacts, Zones
from journeys.engine.enrollment import Enrollment
from journeys.engine.graph import Graph, Settings
from journeys.engine.nodes.base import NodeContext
from journeys.engine.nodes.send import SendConfig, SendNode
from journeys.engine.plan import NO_PLAN, PlanNode
from journeys.models import Journey
from journeys.runtime import nudges
from journeys.runtime.addressing import StoredRoutes, UnknownRoute
from journeys.runtime.facts import PostgresFacts
from journeys.runtime.member import Member
from journeys.runtime.publish import InvalidGraph, references_of
from journeys.runtime.rendering import RenderingFailed
from profiles.models import Profile
from profiles.rules.wording import first_fault
from workspaces.errors import DomainError

TESTER = "tester"


def send_test(journey: Journey, node_id: str, profile_id: UUID, now: datetime) -> Message:
    """Send the message of the draft's node to a tester now, and return it: queued, or blocked with the reason.

    Consent, hours and approvals are judged as for everybody; Liquid's `event` is empty. The message names no journey, so
    that it is in none of its counters and reviews. Raises DomainError: `unknown_node`, `not_a_send`, `unknown_profile`,
    `not_a_tester`, `unknown_route`, `liquid_error`; InvalidGraph for a node that could not be published.
    """
    node, settings = _node(journey, node_id)
    profile = _tester(journey, profile_id)
    zone = profile.attributes.get("timezone")
    zones = Zones(zone if isinstance(zone, str) else None, settings.timezone, journey.workspace.timezone)
    run = Enrollment("", str(profile.pk), str(journey.pk), "", now, {})
    member = Member(run, NO_PLAN._replace(graph=Graph(settings=settings)), zones)
    try:
        (send,) = PostgresFacts(journey.workspace_id, StoredRoutes()).sends(node, [member], now)
    except UnknownRoute as error:
        raise DomainError(error.code, str(error), status=409) from error
    except RenderingFailed as error:
        raise DomainError(error.code, str(error), status=409) from error
    with transaction.atomic():
        message = _write(journey, node, settings, profile, send, now)
        if send.verdict == "allowed":
            nudges.accounts_after_commit({message.account_id})
    return message


def _node(journey: Journey, node_id: str) -> tuple[PlanNode, Settings]:
    """Read one node and the settings of a draft whose other nodes may be anything."""
    draft = journey.draft if isinstance(journey.draft, Mapping) else {}
    nodes = draft.get("nodes")
    nodes = nodes if isinstance(nodes, list) else []
    found = [node for node in nodes if isinstance(node, Mapping) and node.get("id") == node_id]
    if not found:
        raise DomainError("unknown_node", "The draft has no such node.", status=404)
    if found[0].get("type") != SendNode.type:
        raise DomainError("not_a_send", "Only a send node has a message to send.", status=409)
    try:
        config = SendConfig.model_validate(found[0].get("config", {}))
        settings = Settings.model_validate(draft.get("settings", {}))
    except ValidationError as error:
        fault = first_fault(error)
        raise DomainError(
            "invalid_config", f"{fault.place}: {fault.en}", status=409, extra={"messages": fault.messages}
        ) from error
    issues = list(SendNode().check(node_id, config, references_of(journey.workspace)))
    if any(issue.severity == "error" for issue in issues):
        raise InvalidGraph(issues)
    return PlanNode(node_id, NodeContext(node_id, str(journey.pk), ()), SendNode(), config, {}, {}), settings


def _tester(journey: Journey, profile_id: UUID) -> Profile:
    profile = Profile.objects.filter(workspace=journey.workspace_id, pk=profile_id).first()
    if profile is None:
        raise DomainError("unknown_profile", "There is no such profile in this workspace.", attr="profile")
    if TESTER not in profile.tags:
        detail = f"This person is no tester: they have no tag {TESTER!r}."
        raise DomainError("not_a_tester", detail, attr="profile", status=409)
    return profile


def _write(
    journey: Journey, node: PlanNode, settings: Settings, profile: Profile, send: SendFacts, now: datetime
) -> Message:
    config = node.config
    assert isinstance(config, SendConfig)
    quiet, payload = settings.quiet_hours, send.payload
    blocked = send.verdict == "blocked"
    policy: dict[str, Any] = {
        "zone": payload["zone"],
        "on_blocked": config.on_blocked,
        "quiet_hours": quiet.model_dump(by_alias=True) if quiet else None,
    }
    return Message.objects.create(
        id=send.message,
        workspace_id=journey.workspace_id,
        account_id=payload["route"].account,
        template_id=payload["route"].template,
        profile_id=profile.pk,
        node=node.id,
        channel=config.channel,
        purpose=config.purpose or "marketing",
        address=payload["address"],
        params=payload["params"],
        policy=policy,
        test=True,
        state=MessageState.BLOCKED if blocked else MessageState.QUEUED,
        reason=send.reason if blocked else "",
        not_before=send.not_before or now,
        requested_at=now,
        updated_at=now,
    )
