"""What stands in a counterfactual's agenda, beside what stands in a forecast's."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from journeys.engine.decision import EventArrived
from journeys.forecast.items import Comes, Due
from journeys.review.counterfactual.path import End
from journeys.runtime.member import Member


class Enters(NamedTuple):
    """A recorded entry: whether it would have been let in shows now."""

    run: str


class Resumes(NamedTuple):
    """A run leaves its record here."""

    member: Member


class Hears(NamedTuple):
    """An event of the person reaches them, as it was received."""

    member: Member
    event: EventArrived


class Goes(NamedTuple):
    """A message that was held goes out."""

    member: Member
    message: str
    end: End


class Removed(NamedTuple):
    """Somebody from outside ended the run; that is recorded, and has nothing to do with its path."""

    member: Member
    data: Mapping[str, Any]


Item = Enters | Resumes | Hears | Goes | Removed | Due | Comes
