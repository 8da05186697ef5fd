"""The message of one node of a draft, sent to a tester: by the real policy and outbox, outside every number."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from channels_app.choices import MessageState
from channels_app.models import Message
from journeys.engine.decision import SendFacts
from journeys.engine.graph import Settings
from journeys.engine.nodes.send import SendConfig, SendNode
from journeys.engine.plan import PlanNode
from journeys.models import Journey
from journeys.runtime import nudges
from journeys.runtime.one_send import judged, person_of, send_node
from journeys.runtime.publish import InvalidGraph, references_of
from profiles.models import Profile
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
    send = judged(journey.workspace, str(journey.pk), node, settings, profile, now, {})
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
    node, settings = send_node(node_id, str(journey.pk), found[0].get("config", {}), draft.get("settings", {}))
    assert isinstance(node.config, SendConfig)
    issues = list(SendNode().check(node_id, node.config, references_of(journey.workspace)))
    if any(issue.severity == "error" for issue in issues):
        raise InvalidGraph(issues)
    return node, settings


def _tester(journey: Journey, profile_id: UUID) -> Profile:
    profile = person_of(journey.workspace, profile_id)
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
