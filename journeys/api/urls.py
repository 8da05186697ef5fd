from django.urls import include, path
from rest_framework.routers import SimpleRouter

from journeys.api.acts import JourneyActViewSet
from journeys.api.enrollment_views import EnrollmentViewSet, JourneyEnrollmentViewSet
from journeys.api.forecast_views import ForecastViewSet
from journeys.api.launches import JourneyLaunchViewSet
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
router.register("enrollments", EnrollmentViewSet)
router.register("tasks", TaskViewSet)

urlpatterns = [
    path("journeys/simulate/", GraphSimulationView.as_view(), name="journey-simulate-graph"),
    path("journeys/<uuid:pk>/simulate/", JourneySimulationView.as_view(), name="journey-simulate"),
    path("journeys/<uuid:pk>/nodes/<str:node>/test-send/", TestSendView.as_view(), name="journey-test-send"),
    path("", include(router.urls)),
]
