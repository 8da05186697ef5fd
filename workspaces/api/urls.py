from django.urls import include, path
from rest_framework.routers import SimpleRouter

from workspaces.api.keys import ApiKeyViewSet
from workspaces.api.members import MemberViewSet
from workspaces.api.password import OwnPasswordView
from workspaces.api.privacy import AuditViewSet, PrivacyView, RetentionRunViewSet
from workspaces.api.session import SessionView
from workspaces.api.workspace import WorkspaceView

router = SimpleRouter(use_regex_path=False)
router.register("audit", AuditViewSet)
router.register("members", MemberViewSet, "member")
router.register("api-keys", ApiKeyViewSet, "api-key")
router.register("privacy/retention-runs", RetentionRunViewSet)

urlpatterns = [
    path("session/", SessionView.as_view(), name="session"),
    path("session/password/", OwnPasswordView.as_view(), name="own-password"),
    path("workspace/", WorkspaceView.as_view(), name="workspace"),
    path("privacy/", PrivacyView.as_view(), name="privacy"),
    path("", include(router.urls)),
]
