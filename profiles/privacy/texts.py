"""The words that people agree to: drafted, published, and from then on a record."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Q

from profiles.models import Consent, ConsentText
from workspaces import audit
from workspaces.errors import DomainError
from workspaces.models import AuditAction


def change(text: ConsentText, changes: Mapping[str, Any]) -> ConsentText:
    """Change a draft. Raises DomainError `text_in_use` once it is published, or the ledger names it."""
    if text.published_at or is_used(text):
        raise DomainError(
            "text_in_use", "People may have agreed to this text: it stays as it is; write a new version.", status=409
        )
    for name, value in changes.items():
        setattr(text, name, value)
    text.save()
    return text


def is_used(text: ConsentText) -> bool:
    return Consent.objects.filter(workspace_id=text.workspace_id, text_version=text.code).exists()


def publish(text: ConsentText, by: Any, now: datetime) -> ConsentText:
    """Publish a draft. Publishing again changes nothing. Must run in a transaction."""
    text = ConsentText.objects.select_for_update().get(pk=text.pk)
    if text.published_at is None:
        text.published_at, text.published_by, text.digest = now, str(by.user)[:200], digest_of(text)
        text.save()
        data = {"code": text.code, "digest": text.digest}
        audit.record(text.workspace_id, AuditAction.TEXT_PUBLISHED, now, by=by, subject=str(text.pk), data=data)
    return text


def digest_of(text: ConsentText) -> str:
    """SHA-256 of what the text says and of what for."""
    said = {"channel": text.channel, "purpose": text.purpose, "zh": text.zh, "en": text.en}
    return sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def in_force(workspace_id: UUID, channel: str, purpose: str) -> ConsentText | None:
    """Return the newest published text for a channel and purpose, one of the channel's own before one for all."""
    published = ConsentText.objects.filter(workspace_id=workspace_id, purpose=purpose, published_at__isnull=False)
    fitting = published.filter(Q(channel=channel) | Q(channel=""))
    return fitting.order_by("-channel", "-published_at").first()
