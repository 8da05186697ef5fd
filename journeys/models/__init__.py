from journeys.models.conversion import Conversion
from journeys.models.enrollment import Enrollment, EnrollmentEvent, InboxEntry
from journeys.models.entry_tally import EntryTally
from journeys.models.journey import Journey, JourneyVersion
from journeys.models.launch import Launch
from journeys.models.node_counter import NodeCounter

__all__ = [
    "Conversion",
    "Enrollment",
    "EnrollmentEvent",
    "EntryTally",
    "InboxEntry",
    "Journey",
    "JourneyVersion",
    "Launch",
    "NodeCounter",
]
