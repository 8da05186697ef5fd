"""What channels hold of one person, for their archive."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q

from channels_app.models import (
    CallTry,
    CreditEntry,
    Greeting,
    GroupChat,
    Interaction,
    Message,
    Receipt,
    ShortLink,
    Suppression,
    WebhookCall,
)
from workspaces.erasing import Subject

CHUNK = 500


def sections(subject: Subject) -> Mapping[str, Iterable[Any]]:
    """`workspaces.erasing.Exporter`."""
    person = {"workspace_id": subject.workspace_id, "profile_id": subject.profile_id}
    messages = Message.objects.filter(**person).order_by("requested_at", "id")
    ids = messages.order_by().values("id")
    address = {"workspace_id": subject.workspace_id, "address__in": subject.values}
    in_group = Q(pk=None)
    for value in subject.values:
        in_group |= Q(customers__contains=[value])
    return {
        "messages": messages.values(
            "id", "channel", "purpose", "address", "params", "state", "reason", "result", "journey_id", "node",
            "requested_at", "attempted_at", "accepted_at", "delivered_at",
        ).iterator(chunk_size=CHUNK),
        "receipts": Receipt.objects.filter(message_id__in=ids).order_by("id").values(
            "message_id", "outcome", "code", "reported_at", "payload"
        ).iterator(chunk_size=CHUNK),
        "calls": CallTry.objects.filter(message_id__in=ids).order_by("id").values(
            "message_id", "number", "result", "code", "reported_at"
        ).iterator(chunk_size=CHUNK),
        "short_links": ShortLink.objects.filter(message_id__in=ids).order_by("id").values(
            "message_id", "code", "target", "created_at"
        ).iterator(chunk_size=CHUNK),
        "interactions": Interaction.objects.filter(**address).values("account_id", "address", "kind", "at"),
        "credits": CreditEntry.objects.filter(**address).order_by("id").values(
            "account_id", "template_code", "change", "at"
        ),
        "suppressions": Suppression.objects.filter(**address).order_by("id").values(
            "channel", "address", "source", "reason", "at", "expires_at", "lifted_at"
        ),
        "greetings": Greeting.objects.filter(
            workspace_id=subject.workspace_id, external_userid__in=subject.values
        ).order_by("id").values("account_id", "external_userid", "userid", "outcome", "received_at"),
        # Without the others in it.
        "group_chats": GroupChat.objects.filter(in_group, workspace_id=subject.workspace_id).order_by("id").values(
            "account_id", "chat_id", "name", "synced_at"
        ),
        "webhook_calls": WebhookCall.objects.filter(**person).order_by("id").values(
            "journey_id", "node", "method", "host", "state", "requested_at", "finished_at"
        ),
    }  # fmt: skip
