"""All that is known of one person, as JSON that a program reads (PIPL art. 45: access, copy and transfer).

The archive is written row by row: a person with a hundred thousand events needs no more memory than one with ten.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Model

from profiles.models import Consent, ConsentText, Event, Identity, IdentityConflict, Profile
from profiles.privacy import past
from profiles.privacy.past import rows_of
from workspaces import erasing
from workspaces.erasing import Subject

FORMAT = "zhitu.person/1"


def archive(profile: Profile, subject: Subject, now: datetime) -> Iterator[bytes]:
    """Yield the archive's text piece by piece: an object of `format`, `generated_at` and a list for each section."""
    head = {"format": FORMAT, "generated_at": now, "profile_id": profile.pk}
    yield _json(head)[:-1]
    for name, rows in sections(profile, subject).items():
        yield b",\n" + _json(name) + b":["
        for number, row in enumerate(rows):
            yield (b",\n" if number else b"\n") + _json(row)
        yield b"]"
    yield b"}\n"


def sections(profile: Profile, subject: Subject) -> dict[str, Iterable[Any]]:
    found: dict[str, Iterable[Any]] = dict(_own(profile))
    for exporter in erasing.exporters().values():
        found.update(exporter(subject))
    return found


def _own(profile: Profile) -> Mapping[str, Iterable[Any]]:
    of_person: dict[str, Model] = {"profile": profile}
    consents = Consent.objects.filter(**of_person).order_by("at", "id")
    codes = consents.values("text_version")
    texts = ConsentText.objects.filter(workspace_id=profile.workspace_id, code__in=codes).order_by("code")
    return {
        "profile": [
            {
                "attributes": profile.attributes,
                "tags": profile.tags,
                "created_at": profile.created_at,
                "updated_at": profile.updated_at,
            }
        ],
        "identities": rows_of(Identity.objects.filter(**of_person).order_by("id"), "type", "value", "created_at"),
        "shared_identities": rows_of(
            IdentityConflict.objects.filter(**of_person).order_by("id"), "type", "value", "seen_at"
        ),
        "consents": rows_of(
            consents, "channel", "purpose", "status", "at", "source", "text_version", "proof", "recorded_at"
        ),
        "consent_texts": rows_of(texts, "code", "channel", "purpose", "zh", "en", "digest", "published_at"),
        "events": rows_of(
            Event.objects.filter(**of_person).order_by("occurred_at", "id"),
            "event_id",
            "name",
            "occurred_at",
            "received_at",
            "properties",
        ),
        **past.sections(profile),
    }


def _json(value: Any) -> bytes:
    return orjson.dumps(value, default=_other)


def _other(value: Any) -> Any:
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not written in an archive")
