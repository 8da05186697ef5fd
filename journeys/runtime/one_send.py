"""What one send node would do for one person now: judged and rendered as in a tick, with nothing written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError

from channels_app.models import Template
from channels_app.previews import preview
from channels_app.providers.registry import provider_class
from channels_app.providers.sms.provider import SmsProvider
from journeys.engine.decision import SendFacts, Zones
from journeys.engine.enrollment import Enrollment
from journeys.engine.graph import Graph, Settings
from journeys.engine.nodes.base import NodeContext
from journeys.engine.nodes.send import SendConfig, SendNode
from journeys.engine.plan import NO_PLAN, PlanNode
from journeys.runtime.addressing import StoredRoutes, UnknownRoute
from journeys.runtime.facts import PostgresFacts
from journeys.runtime.member import Member
from journeys.runtime.rendering import RenderingFailed
from profiles.models import Profile
from profiles.rules.wording import first_fault
from workspaces.errors import DomainError
from workspaces.models import Workspace

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as one person would get it. `verdict`: allowed, held (until `not_before`) or blocked, by `reason`.

    `text` is whole where the text is ours to make; else it is the template's body, in which the vendor fills in `params`.
    """

    verdict: str
    reason: str
    not_before: datetime | None
    address: str
    params: Mapping[str, str]
    text: str
    length: int | None
    segments: int | None


def send_node(id_: str, journey: str, config: Any, settings: Any) -> tuple[PlanNode, Settings]:
    """Read a send node of a draft whose other nodes may be anything. Raises DomainError `invalid_config`."""
    read, kept = _read(SendConfig, config), _read(Settings, settings)
    return PlanNode(id_, NodeContext(id_, journey, ()), SendNode(), read, {}, {}), kept


def _read(model: type[M], value: Any) -> M:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        fault = first_fault(error)
        raise DomainError(
            "invalid_config", f"{fault.place}: {fault.en}", status=409, extra={"messages": fault.messages}
        ) from error


def person_of(workspace: Workspace, profile_id: UUID) -> Profile:
    """Return the person. Raises DomainError `unknown_profile`."""
    profile = Profile.objects.filter(workspace=workspace, pk=profile_id).first()
    if profile is None:
        raise DomainError("unknown_profile", "There is no such profile in this workspace.", attr="profile")
    return profile


def judged(
    workspace: Workspace,
    journey: str,
    node: PlanNode,
    settings: Settings,
    profile: Profile,
    now: datetime,
    entry: Mapping[str, Any],
) -> SendFacts:
    """Judge and render; `entry` stands for what the trigger brought. Raises DomainError `unknown_route`, `liquid_error`."""
    zone = profile.attributes.get("timezone")
    zones = Zones(zone if isinstance(zone, str) else None, settings.timezone, workspace.timezone)
    run = Enrollment("", str(profile.pk), journey, "", now, entry)
    member = Member(run, NO_PLAN._replace(graph=Graph(settings=settings)), zones)
    try:
        (send,) = PostgresFacts(workspace.pk, StoredRoutes()).sends(node, [member], now)
    except (UnknownRoute, RenderingFailed) as error:
        raise DomainError(error.code, str(error), status=409) from error
    return send


def shown(
    workspace: Workspace,
    config: Any,
    settings: Any,
    profile_id: UUID,
    now: datetime,
    entry: Mapping[str, Any],
    show: Callable[[str], str] = str,
) -> Shown:
    """Return what the node would send to the person, or why it could not be sent. Raises DomainError as its parts do.

    `show` is what the caller may see of a value that came from the person.
    """
    node, kept = send_node("", "", config, settings)
    send = judged(workspace, "", node, kept, person_of(workspace, profile_id), now, entry)
    template = Template.objects.select_related("account").get(pk=send.payload["route"].template)
    sources = {name: str(value) for name, value in node.config.model_dump()["params"].items()}
    params = {
        name: value if value == sources.get(name) else show(value) for name, value in send.payload["params"].items()
    }
    text, length, segments = template.body, None, None
    if issubclass(provider_class(template.account.provider), SmsProvider):
        filled = preview(template, params, None)
        text, length, segments = filled.text, filled.length, filled.segments
    address = show(send.payload["address"])
    return Shown(send.verdict, send.reason, send.not_before, address, params, text, length, segments)
