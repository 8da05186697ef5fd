"""What people do at a provider, beside answering messages: stored with the callback that says so."""

from collections.abc import Sequence
from datetime import datetime

from channels_app import suppressions
from channels_app.attribution import attributed
from channels_app.models import ChannelAccount, CreditEntry, Interaction
from channels_app.ports import OptOut, ports
from channels_app.providers.inbound import CreditChange, Inbound, InboundEvent
from channels_app.providers.inbound import Interaction as Turned

BOUNCED, COMPLAINED = "email_bounced", "email_complained"
PROOF = ("status", "kind")


def take_events(account: ChannelAccount, inbound: Inbound, now: datetime) -> None:
    """Store interactions and credits, and hand events on, inside the caller's transaction.

    Each is safe to repeat. Raises PortMissing if there are events and nobody who could take them.
    """
    _interactions(account, inbound.interactions)
    for change in inbound.credits:
        _credit(account, change)
    suppressed = [_suppressed(account, event) for event in inbound.events if _suppresses(event)]
    if suppressed:
        suppressions.keep(suppressed)
    if inbound.events:
        ports.event_sink().take(account.workspace_id, attributed(account, inbound.events), now)


def _suppresses(event: InboundEvent) -> bool:
    """An address that does not exist, or whose owner calls us spam, gets nothing more: who goes on is taken for a spammer."""
    return event.name == COMPLAINED or (event.name == BOUNCED and bool(event.properties.get("hard")))


def _suppressed(account: ChannelAccount, event: InboundEvent) -> OptOut:
    proof = {
        "event_id": event.event_id,
        **{key: str(event.properties[key]) for key in PROOF if key in event.properties},
    }
    source = "complaint" if event.name == COMPLAINED else "hard_bounce"
    return OptOut(account.workspace_id, account.channel, event.identities["email"], event.occurred_at, source, proof)


def _interactions(account: ChannelAccount, turned: Sequence[Turned]) -> None:
    latest: dict[tuple[str, str], datetime] = {}
    for one in turned:
        key = (one.address, one.kind)
        latest[key] = max(one.at, latest.get(key, one.at))
    for (address, kind), at in sorted(latest.items()):
        row, made = Interaction.objects.get_or_create(
            account=account, address=address, kind=kind, defaults={"workspace_id": account.workspace_id, "at": at}
        )
        if not made:
            # Callbacks come late and out of order: only a later one opens a longer window.
            Interaction.objects.filter(pk=row.pk, at__lt=at).update(at=at)


def _credit(account: ChannelAccount, change: CreditChange) -> None:
    entries = CreditEntry.objects.filter(account=account, address=change.address, template_code=change.template_code)
    step = change.change
    if step is None:
        step = -max(sum(entries.values_list("change", flat=True)), 0)
    CreditEntry.objects.get_or_create(
        account=account,
        dedup_key=change.dedup_key,
        defaults={
            "workspace_id": account.workspace_id,
            "address": change.address,
            "template_code": change.template_code,
            "change": step,
            "at": change.at,
        },
    )
