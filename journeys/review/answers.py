"""Answers of a review that were computed once: kept by this process, and those that took long by the database for all.

A stored answer goes by a revision. While the logs are being read, those of the last whole reading are given, whose `as_of`
the review still states; the reader computes the usual ones anew before it says that it is done (`prepared`).
"""

from collections.abc import Callable, Hashable, Mapping
from decimal import Decimal
from hashlib import sha256
from time import monotonic
from typing import Any, Final
from uuid import UUID

import orjson

from journeys.choices import ReviewState
from journeys.models import Journey, ReviewAnswer
from journeys.review.cached import cached
from journeys.review.paths.freshness import Freshness

# What takes longer, in seconds, is worth a row.
LONG: Final = 0.2
_OPTIONS: Final = orjson.OPT_PASSTHROUGH_SUBCLASS | orjson.OPT_NON_STR_KEYS


def answered(journey: Journey, fresh: Freshness, asked: Hashable, make: Callable[[], Any]) -> Any:
    """The answer to `asked` (the name of a figure with its filters), as plain data: what JSON has, money as decimal texts.

    Nobody may change what is returned. Figures that go by who people are now are not asked for here: no revision tells
    when a person changes.
    """
    key = sha256(repr(asked).encode()).digest()
    if fresh.state == ReviewState.READING and fresh.as_of is not None:
        kept = _stored(journey.pk, key)
        if kept is not None:
            return kept

    def found() -> Any:
        kept = _stored(journey.pk, key, fresh.revision)
        return _made(journey, key, fresh, make) if kept is None else kept

    return cached(journey.pk, fresh.revision, asked, found)


def forget_old(journey: UUID, revision: int) -> None:
    """Delete the stored answers of other revisions."""
    ReviewAnswer.objects.filter(journey_id=journey).exclude(revision=revision).delete()


def plain(value: Any) -> Any:
    """The same as JSON has it. Raises TypeError for what has no place there."""
    return orjson.loads(orjson.dumps(value, _other, _OPTIONS))


def _stored(journey: UUID, key: bytes, revision: int | None = None) -> Any:
    rows = ReviewAnswer.objects.filter(journey_id=journey, key=key)
    if revision is not None:
        rows = rows.filter(revision=revision)
    body = rows.values_list("body", flat=True).first()
    return None if body is None else orjson.loads(body)


def _made(journey: Journey, key: bytes, fresh: Freshness, make: Callable[[], Any]) -> Any:
    began = monotonic()
    made = plain(make())
    if monotonic() - began > LONG:
        ReviewAnswer.objects.update_or_create(
            journey_id=journey.pk,
            key=key,
            defaults={
                "workspace_id": journey.workspace_id,
                "revision": fresh.revision,
                "body": orjson.dumps(made).decode(),
            },
        )
    return made


def _other(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return value._asdict()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return int(value)
    raise TypeError(f"{type(value).__name__} is no figure.")
