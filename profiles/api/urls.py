from django.urls import include, path
from rest_framework.routers import SimpleRouter

from profiles.api.segments import SegmentViewSet
from profiles.api.views import EventsView, ProfileViewSet

router = SimpleRouter(use_regex_path=False)
router.register("profiles", ProfileViewSet)
router.register("segments", SegmentViewSet)

urlpatterns = [path("events/", EventsView.as_view(), name="events"), path("", include(router.urls))]
