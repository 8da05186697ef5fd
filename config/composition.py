"""The composition root: the one place that knows every app and plugs them together."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from channels_app.channels import identity_types
from channels_app.models import Message
from channels_app.ports import ConsentKey, OptOut, ports
from channels_app.providers.inbound import InboundEvent
from journeys.runtime import nudges, rendering, wake, ways_in
from journeys.runtime.call_news import call_finished
from journeys.runtime.exit_veto import ExitVeto
from journeys.runtime.message_news import message_changed
from journeys.runtime.ways_in_checks import journeys_naming
from profiles import consent, hooks, identity, segment_members, segments, timeline
from profiles.choices import Purpose
from profiles.identity_values import normalise
from profiles.incoming import IncomingEvent
from profiles.ingestion import ingest
from profiles.models import Profile
from workspaces.errors import DomainError
from workspaces.models import Workspace


class ConsentLedger:
    """`channels_app.ports.ConsentFacts` over the ledger of profiles."""

    def consents_of(self, workspace_id: UUID, keys: Sequence[ConsentKey]) -> Mapping[ConsentKey, str]:
        wanted = [(key.profile_id, key.channel, key.purpose) for key in keys]
        return {ConsentKey(*key): status for key, status in consent.current(wanted).items()}


class OptOutRecorder:
    """`channels_app.ports.OptOuts`: a refusal withdraws the marketing consent of whoever has the address."""

    def opt_out(self, opt_outs: Sequence[OptOut]) -> Sequence[OptOut]:
        of_nobody = []
        for refusal in opt_outs:
            profile = identity.find(
                refusal.workspace_id, normalise(identity_types(refusal.channel)[0], refusal.address)
            )
            if profile is None:
                of_nobody.append(refusal)
            else:
                consent.withdraw(
                    Workspace.objects.get(id=refusal.workspace_id),
                    profile,
                    refusal.channel,
                    Purpose.MARKETING,
                    source=refusal.source,
                    now=refusal.at,
                    proof=dict(refusal.proof),
                )
        return of_nobody


class ProviderEvents:
    """`channels_app.ports.EventSink` over the ingestion of profiles."""

    def take(self, workspace_id: UUID, events: Sequence[InboundEvent], now: datetime) -> None:
        incoming = [
            IncomingEvent(
                payload={
                    "name": event.name,
                    "identities": dict(event.identities),
                    "properties": dict(event.properties),
                },
                name=event.name,
                identities=list(event.identities.items()),
                event_id=event.event_id,
                occurred_at=event.occurred_at.isoformat(),
                properties=dict(event.properties),
                traits=dict(event.traits) or None,
            )
            for event in events
        ]
        ingest(Workspace.objects.get(id=workspace_id), incoming, now)


class ProfileRenderer:
    """`channels_app.ports.Renderer`: parameters as a send node renders them, for previews."""

    def render(self, workspace_id: UUID, profile_id: UUID, params: Mapping[str, str]) -> Mapping[str, str]:
        profile = Profile.objects.filter(workspace_id=workspace_id, pk=profile_id).first()
        if profile is None:
            raise DomainError("unknown_profile", "There is no such profile in this workspace.", attr="profile")
        variables = {"profile": profile.attributes, "event": {}}
        try:
            return {name: rendering.render(source, variables) for name, source in params.items()}
        except rendering.RenderingFailed as error:
            raise DomainError(error.code, str(error), attr="params") from error


def messages_of(
    workspace: Workspace, profile: UUID, before: timeline.Position | None, limit: int
) -> Iterable[timeline.TimelineEntry]:
    """`profiles.timeline.TimelineSource`: the messages that a person was sent, or was not, and why."""
    messages = Message.objects.filter(workspace=workspace, profile_id=profile).order_by("-requested_at", "-id")
    if before is not None:
        older = Q(requested_at__lt=before.at) | Q(requested_at=before.at, id__lt=before.id)
        messages = messages.filter(older)
    for message in messages[:limit]:
        data = {"channel": message.channel, "state": message.state, "reason": message.reason, "node": message.node}
        yield timeline.TimelineEntry(message.id, message.requested_at, "message", message.channel, data)


def compose() -> None:
    """Register everybody's listeners and ports; calling it twice changes nothing."""
    hooks.events_stored.connect(wake.events_stored)
    hooks.profiles_changed.connect(wake.people_changed)
    hooks.events_stored.connect(segment_members.events_stored)
    hooks.profiles_changed.connect(segment_members.profiles_changed)
    segment_members.members_changed.connect(ways_in.members_changed)
    if nudges.segments not in segment_members.checks_wanted:
        segment_members.checks_wanted.append(nudges.segments)
    timeline.register(messages_of)
    if journeys_naming not in segments.in_use:
        segments.in_use.append(journeys_naming)
    ports.consent_facts = ConsentLedger()
    ports.opt_outs = OptOutRecorder()
    ports.events = ProviderEvents()
    ports.renderer = ProfileRenderer()
    ports.send_veto = ExitVeto()
    if message_changed not in ports.message_changed:
        ports.message_changed.append(message_changed)
    if nudges.account not in ports.dispatch_wanted:
        ports.dispatch_wanted.append(nudges.account)
    if nudges.followers not in ports.followers_wanted:
        ports.followers_wanted.append(nudges.followers)
    if nudges.contact_sync not in ports.sync_wanted:
        ports.sync_wanted.append(nudges.contact_sync)
    if call_finished not in ports.call_finished:
        ports.call_finished.append(call_finished)
