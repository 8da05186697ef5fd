from journeys.models.approval import JourneyApproval
from journeys.models.change import JourneyChange
from journeys.models.choice import VariantChoice
from journeys.models.comment import JourneyComment
from journeys.models.conversion import Conversion
from journeys.models.enrollment import Enrollment, EnrollmentEvent, InboxEntry
from journeys.models.entry_tally import EntryTally
from journeys.models.forecast import Forecast
from journeys.models.journey import Journey, JourneyVersion
from journeys.models.launch import Launch
from journeys.models.mass_act import MassAct
from journeys.models.node_counter import NodeCounter
from journeys.models.task import StaffTask

__all__ = [
    "Conversion",
    "Enrollment",
    "EnrollmentEvent",
    "EntryTally",
    "Forecast",
    "InboxEntry",
    "Journey",
    "JourneyApproval",
    "JourneyChange",
    "JourneyComment",
    "JourneyVersion",
    "Launch",
    "MassAct",
    "NodeCounter",
    "StaffTask",
    "VariantChoice",
]
