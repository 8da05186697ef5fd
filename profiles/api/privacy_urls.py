from django.urls import include, path
from rest_framework.routers import SimpleRouter

from profiles.api.consents import ConsentTextViewSet, ConsentViewSet
from profiles.api.privacy import ErasureViewSet, PersonPrivacyViewSet

router = SimpleRouter(use_regex_path=False)
router.register("consents/texts", ConsentTextViewSet)
router.register("consents", ConsentViewSet)
router.register("erasures", ErasureViewSet)
router.register("profiles", PersonPrivacyViewSet, basename="person-privacy")

urlpatterns = [path("", include(router.urls))]
