from django.urls import include, path
from rest_framework.routers import SimpleRouter

from profiles.api.attribute_names import AttributeNamesView
from profiles.api.computed import ComputedAttributeViewSet, ModelViewSet, RfmViewSet
from profiles.api.event_catalogue import EventCatalogueViewSet
from profiles.api.exports import ExportViewSet
from profiles.api.identity_types import IdentityTypeChangeViewSet, IdentityTypeViewSet
from profiles.api.imports import ImportViewSet
from profiles.api.matching import MatchRunViewSet, SuggestionViewSet
from profiles.api.merging import ConflictViewSet, MergeViewSet
from profiles.api.rejected_events import RejectedEventViewSet
from profiles.api.rejected_replays import RejectedReplayViewSet
from profiles.api.segments import SegmentViewSet
from profiles.api.tags import TagAssignmentViewSet, TagJobViewSet, TagViewSet
from profiles.api.views import EventsView, ProfileViewSet

router = SimpleRouter(use_regex_path=False)
router.register("profiles", ProfileViewSet)
router.register("segments", SegmentViewSet)
router.register("imports", ImportViewSet)
router.register("exports", ExportViewSet)
router.register("tags", TagViewSet)
router.register("tag-jobs", TagJobViewSet)
router.register("tag-assignments", TagAssignmentViewSet)
router.register("computed-attributes", ComputedAttributeViewSet, "computed-attributes")
router.register("rfm", RfmViewSet, "rfm")
router.register("models", ModelViewSet, "models")

router.register("merges", MergeViewSet)
router.register("identity-conflicts", ConflictViewSet)
router.register("match-runs", MatchRunViewSet)
router.register("match-suggestions", SuggestionViewSet)
router.register("identity-type-changes", IdentityTypeChangeViewSet, basename="identity-type-change")
router.register("identity-types", IdentityTypeViewSet, basename="identity-type")
router.register("event-catalogue", EventCatalogueViewSet, basename="event-catalogue")
router.register("rejected-events", RejectedEventViewSet, basename="rejected-event")
router.register("rejected-event-replays", RejectedReplayViewSet, basename="rejected-event-replay")

urlpatterns = [
    path("attribute-names/", AttributeNamesView.as_view(), name="attribute-names"),
    path("events/", EventsView.as_view(), name="events"),
    path("", include(router.urls)),
    path("", include("profiles.api.privacy_urls")),
]
