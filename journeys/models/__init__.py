from journeys.models.approval import JourneyApproval
from journeys.models.change import JourneyChange
from journeys.models.choice import VariantChoice
from journeys.models.comment import JourneyComment
from journeys.models.conversion import Conversion
from journeys.models.counterfactual import Counterfactual, CounterfactualRun
from journeys.models.enrollment import Enrollment, EnrollmentEvent, InboxEntry
from journeys.models.entry_tally import EntryTally
from journeys.models.folder import JourneyFolder
from journeys.models.forecast import Forecast
from journeys.models.journey import Journey, JourneyVersion
from journeys.models.launch import Launch
from journeys.models.mass_act import MassAct
from journeys.models.node_counter import NodeCounter
from journeys.models.review import Credit, ReviewAnswer, ReviewPath, ReviewProgress, ReviewRun, ReviewStay, ReviewTally
from journeys.models.review_messages import ReviewMessageBlock, ReviewMessageTally
from journeys.models.review_report import ReviewReport, ReviewReportRun
from journeys.models.review_rules import ReviewDefinition, ReviewRefund, ReviewRules
from journeys.models.review_worth import ReviewCosts, ReviewMeasure, ReviewRetention, ReviewSales
from journeys.models.run_script import RunScript
from journeys.models.saved_play import SavedPlay
from journeys.models.task import StaffTask

__all__ = [
    "Conversion",
    "Counterfactual",
    "CounterfactualRun",
    "Credit",
    "Enrollment",
    "EnrollmentEvent",
    "EntryTally",
    "Forecast",
    "InboxEntry",
    "Journey",
    "JourneyApproval",
    "JourneyChange",
    "JourneyComment",
    "JourneyFolder",
    "JourneyVersion",
    "Launch",
    "MassAct",
    "NodeCounter",
    "ReviewAnswer",
    "ReviewCosts",
    "ReviewDefinition",
    "ReviewMeasure",
    "ReviewMessageBlock",
    "ReviewMessageTally",
    "ReviewPath",
    "ReviewProgress",
    "ReviewRefund",
    "ReviewReport",
    "ReviewReportRun",
    "ReviewRetention",
    "ReviewRules",
    "ReviewRun",
    "ReviewSales",
    "ReviewStay",
    "ReviewTally",
    "RunScript",
    "SavedPlay",
    "StaffTask",
    "VariantChoice",
]
