"""The composition root: the one place that knows every app and plugs them together."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db.models import Q

from channels_app.models import Message
from channels_app.ports import ConsentKey, OptOut, ports
from journeys.runtime import nudges, wake
from journeys.runtime.exit_veto import ExitVeto
from journeys.runtime.message_news import message_changed
from profiles import consent, hooks, identity, timeline
from profiles.choices import Purpose
from profiles.identity_values import normalise
from workspaces.models import Workspace

# The identity that an address of a channel is.
ADDRESS_TYPES = {"sms": "phone", "call": "phone", "email": "email"}


class ConsentLedger:
    """`channels_app.ports.ConsentFacts` over the ledger of profiles."""

    def consents_of(self, workspace_id: UUID, keys: Sequence[ConsentKey]) -> Mapping[ConsentKey, str]:
        wanted = [(key.profile_id, key.channel, key.purpose) for key in keys]
        return {ConsentKey(*key): status for key, status in consent.current(wanted).items()}


class OptOutRecorder:
    """`channels_app.ports.OptOuts`: a refusal withdraws the marketing consent of whoever has the address."""

    def opt_out(self, opt_outs: Sequence[OptOut]) -> None:
        for refusal in opt_outs:
            profile = identity.find(
                refusal.workspace_id, normalise(ADDRESS_TYPES.get(refusal.channel, refusal.channel), refusal.address)
            )
            if profile is not None:
                consent.withdraw(
                    Workspace.objects.get(id=refusal.workspace_id),
                    profile,
                    refusal.channel,
                    Purpose.MARKETING,
                    source=refusal.source,
                    now=refusal.at,
                    proof=dict(refusal.proof),
                )


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
    timeline.register(messages_of)
    ports.consent_facts = ConsentLedger()
    ports.opt_outs = OptOutRecorder()
    ports.send_veto = ExitVeto()
    if message_changed not in ports.message_changed:
        ports.message_changed.append(message_changed)
    if nudges.account not in ports.dispatch_wanted:
        ports.dispatch_wanted.append(nudges.account)
