"""What stands in a forecast's agenda."""

from typing import NamedTuple

from journeys.engine.decision import EventArrived, MessageChanged
from journeys.engine.nodes.send import SendConfig
from journeys.forecast.assumptions import Occurrence
from journeys.forecast.audience import Entrant
from journeys.runtime.addressing import Route
from journeys.runtime.member import Member


class Entry(NamedTuple):
    """Somebody comes in. `event` is the assumed event that lets them in."""

    person: Entrant
    event: Occurrence | None


class Happens(NamedTuple):
    """Somebody has an assumed event."""

    member: Member
    occurrence: Occurrence


class Due(NamedTuple):
    """Somebody's wait may be over."""

    member: Member


class Comes(NamedTuple):
    """News of a message, or what a failed step has not heard yet."""

    member: Member
    stimulus: EventArrived | MessageChanged


class Leaves(NamedTuple):
    """A message that was held goes out, if its run was not cut short meanwhile."""

    member: Member
    config: SendConfig
    route: Route


class Launches(NamedTuple):
    """A schedule fires once more: those whom the settings let in again come in."""


Item = Entry | Launches | Happens | Due | Comes | Leaves
