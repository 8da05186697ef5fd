"""Whom a journey has reached, by the paths that runs took."""

from typing import Any, NamedTuple

from journeys.models import Journey, ReviewPath
from journeys.review.arrival import arrived


class Paths(NamedTuple):
    """Ids of the paths on which a message arrived, and of those that were held out."""

    touched: list[int]
    held_out: list[int]


def paths_of(journey: Journey) -> Paths:
    touched, held_out = [], []
    for path, body in ReviewPath.objects.filter(journey_id=journey.pk).values_list("pk", "body"):
        if _touched(body):
            touched.append(path)
        if body.get("held_out"):
            held_out.append(path)
    return Paths(touched, held_out)


def _touched(body: dict[str, Any]) -> bool:
    return any(arrived(channel, state) for _, channel, state, _ in body.get("sends", []))
