"""Double opt-in: a grant that waits for the person, confirmed by a reply or on their page."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from profiles import consent
from profiles.choices import ConsentStatus, Purpose
from profiles.consent import ConsentEntry, newest_entries
from profiles.models import Consent
from workspaces.models import Workspace

WORDS = frozenset({"Y", "YES", "是", "同意", "确认"})
AROUND = " \t\r\n\u3000\ufeff\u200b.。,，!！"
# A reply to something else, weeks later, is no answer to this question.
GOOD_FOR = timedelta(days=7)


def confirms(content: str) -> bool:
    """Tell whether a reply is one of the words, in either case and width, with blanks or a full stop around it."""
    return unicodedata.normalize("NFKC", content).strip(AROUND).upper() in WORDS


def confirm(
    workspace: Workspace, profile_id: UUID, channel: str, source: str, proof: Mapping[str, Any], now: datetime
) -> bool:
    """Make a pending grant of marketing on a channel one that holds. Tells whether there was one."""
    with transaction.atomic():
        held = newest_entries(Consent.objects.filter(profile_id=profile_id, channel=channel, purpose=Purpose.MARKETING))
        pending = held.first()
        if pending is None or pending.status != ConsentStatus.PENDING or pending.at < now - GOOD_FOR:
            return False
        entry = ConsentEntry(
            channel,
            Purpose.MARKETING,
            ConsentStatus.GRANTED,
            source,
            now,
            pending.text_version,
            dict(proof),
            confirmed=True,
        )
        consent.record(workspace, profile_id, [entry], now)
    return True
