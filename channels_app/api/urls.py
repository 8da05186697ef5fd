from django.urls import include, path
from rest_framework.routers import SimpleRouter

from channels_app.api import wecom_simulator, wecom_views
from channels_app.api.simulator import FaultsView, PhonesView, PhoneView, RepliesView
from channels_app.api.views import AccountViewSet, MessageViewSet, TemplateViewSet
from channels_app.api.webhooks import WebhookSecretRotationView, WebhookSecretView

router = SimpleRouter()
router.register("channels/accounts", AccountViewSet)
router.register("templates", TemplateViewSet)
router.register("messages", MessageViewSet)
router.register("channels/staff", wecom_views.StaffViewSet)
router.register("channels/corp-tags", wecom_views.CorpTagViewSet)
router.register("channels/contact-ways", wecom_views.ContactWayViewSet)
router.register("channels/welcome-messages", wecom_views.WelcomeMessageViewSet)
router.register("channels/greetings", wecom_views.GreetingViewSet)
router.register("channels/contact-syncs", wecom_views.ContactSyncViewSet)

urlpatterns = [
    path("channels/mass-tasks/remind/", wecom_views.RemindMassTasksView.as_view(), name="mass-tasks-remind"),
    path("channels/mass-tasks/cancel/", wecom_views.CancelMassTasksView.as_view(), name="mass-tasks-cancel"),
    path("simulator/wecom/", wecom_simulator.CorpsView.as_view(), name="simulator-wecom"),
    path("simulator/wecom/<str:corp>/scans/", wecom_simulator.ScanView.as_view(), name="simulator-wecom-scan"),
    path("simulator/wecom/<str:corp>/confirm/", wecom_simulator.ConfirmView.as_view(), name="simulator-wecom-confirm"),
    path("simulator/wecom/<str:corp>/leave/", wecom_simulator.LeaveView.as_view(), name="simulator-wecom-leave"),
    path("simulator/phones/", PhonesView.as_view(), name="simulator-phones"),
    path("simulator/phones/<str:phone>/", PhoneView.as_view(), name="simulator-phone"),
    path("simulator/phones/<str:phone>/replies/", RepliesView.as_view(), name="simulator-replies"),
    path("simulator/faults/", FaultsView.as_view(), name="simulator-faults"),
    path("channels/webhook-secret/", WebhookSecretView.as_view(), name="webhook-secret"),
    path("channels/webhook-secret/rotate/", WebhookSecretRotationView.as_view(), name="webhook-secret-rotate"),
    path("", include(router.urls)),
]
