from journeys.models.choice import VariantChoice
from journeys.models.conversion import Conversion
from journeys.models.enrollment import Enrollment, EnrollmentEvent, InboxEntry
from journeys.models.forecast import Forecast
from journeys.models.journey import Journey, JourneyVersion
from journeys.models.node_counter import NodeCounter
from journeys.models.task import StaffTask

__all__ = [
    "Conversion",
    "Enrollment",
    "EnrollmentEvent",
    "Forecast",
    "InboxEntry",
    "Journey",
    "JourneyVersion",
    "NodeCounter",
    "StaffTask",
    "VariantChoice",
]
