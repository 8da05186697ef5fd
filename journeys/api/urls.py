from django.urls import include, path
from rest_framework.routers import SimpleRouter

from journeys.api.acts import JourneyActViewSet
from journeys.api.canvas import MessagePreviewView, SignalsView
from journeys.api.counterfactual_views import CounterfactualViewSet
from journeys.api.dashboard import DashboardView
from journeys.api.enrollment_views import EnrollmentViewSet, JourneyEnrollmentViewSet
from journeys.api.forecast_views import ForecastViewSet
from journeys.api.launches import JourneyLaunchViewSet
from journeys.api.listing import JourneyFolderViewSet
from journeys.api.play_views import PlayViewSet
from journeys.api.review_credits import (
    JourneyAttributionView,
    ReviewConversionsView,
    ReviewDefinitionView,
    ReviewRulesView,
    WorkspaceAttributionView,
)
from journeys.api.review_exports import ReviewExportViewSet
from journeys.api.review_orders import CreditViewSet
from journeys.api.review_overview import ReviewOverviewView
from journeys.api.review_reports import ReviewReportViewSet
from journeys.api.review_worth import (
    CostReviewView,
    MessageReviewView,
    MovementReviewView,
    RetentionReviewView,
    ReviewCostsView,
    SummaryView,
)
from journeys.api.run_scripts import RunScriptViewSet
from journeys.api.simulation import GraphSimulationView, JourneySimulationView
from journeys.api.task_views import TaskViewSet
from journeys.api.test_send import TestSendView
from journeys.api.views import JourneyViewSet

router = SimpleRouter(use_regex_path=False)
router.register("journeys", JourneyViewSet)
router.register("journeys/<uuid:journey>/enrollments", JourneyEnrollmentViewSet, "journey-enrollment")
router.register("journeys/<uuid:journey>/launches", JourneyLaunchViewSet, "journey-launch")
router.register("journeys/<uuid:journey>/acts", JourneyActViewSet, "journey-act")
router.register("journeys/<uuid:journey>/forecasts", ForecastViewSet, "journey-forecast")
router.register("journeys/<uuid:journey>/scripts", RunScriptViewSet, "journey-script")
router.register("journeys/<uuid:journey>/counterfactuals", CounterfactualViewSet, "journey-counterfactual")
router.register("enrollments", EnrollmentViewSet)
router.register("tasks", TaskViewSet)
router.register("journey-folders", JourneyFolderViewSet)
router.register("review/reports", ReviewReportViewSet, "review-report")
router.register("review/exports", ReviewExportViewSet, "review-export")
router.register("plays", PlayViewSet, "play")
router.register("review/orders", CreditViewSet, "review-order")

urlpatterns = [
    path("dashboard/", DashboardView.as_view(), name="dashboard"),
    path("journeys/simulate/", GraphSimulationView.as_view(), name="journey-simulate-graph"),
    path("journeys/message-preview/", MessagePreviewView.as_view(), name="journey-message-preview"),
    path("journeys/<uuid:pk>/review/", include("journeys.api.review_paths")),
    path("journeys/<uuid:pk>/review/", include("journeys.api.review_stats")),
    path("journeys/<uuid:pk>/signals/", SignalsView.as_view(), name="journey-signals"),
    path("journeys/<uuid:pk>/simulate/", JourneySimulationView.as_view(), name="journey-simulate"),
    path("journeys/<uuid:pk>/nodes/<str:node>/test-send/", TestSendView.as_view(), name="journey-test-send"),
    path("journeys/<uuid:pk>/review/definition/", ReviewDefinitionView.as_view(), name="review-definition"),
    path("journeys/<uuid:pk>/review/conversions/", ReviewConversionsView.as_view(), name="review-conversions"),
    path("journeys/<uuid:pk>/review/attribution/", JourneyAttributionView.as_view(), name="journey-attribution"),
    path("review/overview/", ReviewOverviewView.as_view(), name="review-overview"),
    path("review/rules/", ReviewRulesView.as_view(), name="review-rules"),
    path("review/attribution/", WorkspaceAttributionView.as_view(), name="review-attribution"),
    path("journeys/<uuid:pk>/review/messages/", MessageReviewView.as_view(), name="review-messages"),
    path("journeys/<uuid:pk>/review/cost/", CostReviewView.as_view(), name="review-cost"),
    path("journeys/<uuid:pk>/review/retention/", RetentionReviewView.as_view(), name="review-retention"),
    path("journeys/<uuid:pk>/review/movement/", MovementReviewView.as_view(), name="review-movement"),
    path("journeys/<uuid:pk>/review/summary/", SummaryView.as_view(), name="review-summary"),
    path("review/costs/", ReviewCostsView.as_view(), name="review-costs"),
    path("", include(router.urls)),
]
