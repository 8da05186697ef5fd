from django.urls import include, path
from rest_framework.routers import SimpleRouter

from channels_app.api.calls import CallTriesView, JobsView, SimulatedActsView, SimulatedCallsView
from channels_app.api.simulator import FaultsView, PhonesView, PhoneView, RepliesView
from channels_app.api.views import AccountViewSet, MessageViewSet, TemplateViewSet
from channels_app.api.webhooks import WebhookSecretRotationView, WebhookSecretView

router = SimpleRouter()
router.register("channels/accounts", AccountViewSet)
router.register("templates", TemplateViewSet)
router.register("messages", MessageViewSet)

urlpatterns = [
    path("simulator/phones/", PhonesView.as_view(), name="simulator-phones"),
    path("simulator/phones/<str:phone>/", PhoneView.as_view(), name="simulator-phone"),
    path("simulator/phones/<str:phone>/replies/", RepliesView.as_view(), name="simulator-replies"),
    path("simulator/calls/", SimulatedCallsView.as_view(), name="simulator-calls"),
    path("simulator/calls/<int:pk>/acts/", SimulatedActsView.as_view(), name="simulator-call-acts"),
    path("messages/<uuid:pk>/tries/", CallTriesView.as_view(), name="message-tries"),
    path("channels/accounts/<uuid:pk>/jobs/", JobsView.as_view(), name="account-jobs"),
    path("simulator/faults/", FaultsView.as_view(), name="simulator-faults"),
    path("channels/webhook-secret/", WebhookSecretView.as_view(), name="webhook-secret"),
    path("channels/webhook-secret/rotate/", WebhookSecretRotationView.as_view(), name="webhook-secret-rotate"),
    path("", include(router.urls)),
]
