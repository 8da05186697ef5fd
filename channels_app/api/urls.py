from django.urls import include, path
from rest_framework.routers import SimpleRouter

from channels_app.api.simulator import FaultsView, PhonesView, PhoneView, RepliesView
from channels_app.api.sms import SignatureViewSet, SuppressionViewSet, TemplatePreviewViewSet
from channels_app.api.views import AccountViewSet, MessageViewSet, TemplateViewSet
from channels_app.api.webhooks import WebhookSecretRotationView, WebhookSecretView

router = SimpleRouter()
router.register("channels/accounts", AccountViewSet)
router.register("templates", TemplateViewSet)
router.register("channels/signatures", SignatureViewSet)
router.register("channels/suppressions", SuppressionViewSet)
router.register("messages", MessageViewSet)

urlpatterns = [
    path("simulator/phones/", PhonesView.as_view(), name="simulator-phones"),
    path("simulator/phones/<str:phone>/", PhoneView.as_view(), name="simulator-phone"),
    path("simulator/phones/<str:phone>/replies/", RepliesView.as_view(), name="simulator-replies"),
    path("simulator/faults/", FaultsView.as_view(), name="simulator-faults"),
    path("templates/<uuid:pk>/preview/", TemplatePreviewViewSet.as_view({"post": "preview"}), name="template-preview"),
    path("channels/webhook-secret/", WebhookSecretView.as_view(), name="webhook-secret"),
    path("channels/webhook-secret/rotate/", WebhookSecretRotationView.as_view(), name="webhook-secret-rotate"),
    path("", include(router.urls)),
]
