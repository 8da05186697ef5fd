from django.urls import include, path
from rest_framework.routers import SimpleRouter

from channels_app.api import wecom_simulator, wecom_views
from channels_app.api.alerts import AlertViewSet
from channels_app.api.calls import CallTriesView, JobsView, SimulatedActsView, SimulatedCallsView
from channels_app.api.media import MediaFileViewSet
from channels_app.api.providers import ProvidersView
from channels_app.api.qr_codes import QrCodeViewSet
from channels_app.api.quota_use import QuotaUseView
from channels_app.api.sending import QuotasView, RulesView, StopViewSet
from channels_app.api.simulator import FaultsView, PhonesView, PhoneView, RepliesView
from channels_app.api.simulator_mail import MailBounceView, MailboxesView, MailboxView, MailUnsubscribeView
from channels_app.api.simulator_wechat import FollowerActsView, FollowersView, FollowerView
from channels_app.api.sms import SignatureViewSet, SuppressionViewSet, TemplatePreviewViewSet
from channels_app.api.views import AccountViewSet, MessageViewSet, TemplateViewSet
from channels_app.api.webhook_calls import WebhookCallViewSet
from channels_app.api.webhooks import WebhookSecretRotationView, WebhookSecretView
from channels_app.api.wechat import AccessTokenView, FollowerSyncView

router = SimpleRouter()
router.register("channels/accounts", AccountViewSet)
router.register("channels/stops", StopViewSet)
router.register("channels/alerts", AlertViewSet)
router.register("channels/qr-codes", QrCodeViewSet)
router.register("templates", TemplateViewSet)
router.register("channels/media", MediaFileViewSet)
router.register("channels/signatures", SignatureViewSet)
router.register("channels/suppressions", SuppressionViewSet)
router.register("messages", MessageViewSet)
router.register("webhook-calls", WebhookCallViewSet)
router.register("channels/staff", wecom_views.StaffViewSet)
router.register("channels/corp-tags", wecom_views.CorpTagViewSet)
router.register("channels/group-chats", wecom_views.GroupChatViewSet)
router.register("channels/contact-ways", wecom_views.ContactWayViewSet)
router.register("channels/welcome-messages", wecom_views.WelcomeMessageViewSet)
router.register("channels/greetings", wecom_views.GreetingViewSet)
router.register("channels/contact-syncs", wecom_views.ContactSyncViewSet)

urlpatterns = [
    path("channels/providers/", ProvidersView.as_view(), name="channel-providers"),
    path("channels/rules/", RulesView.as_view(), name="sending-rules"),
    path("quotas/use/", QuotaUseView.as_view(), name="quotas-use"),
    path("quotas/", QuotasView.as_view(), name="quotas"),
    path("channels/mass-tasks/remind/", wecom_views.RemindMassTasksView.as_view(), name="mass-tasks-remind"),
    path("channels/mass-tasks/cancel/", wecom_views.CancelMassTasksView.as_view(), name="mass-tasks-cancel"),
    path("simulator/wecom/", wecom_simulator.CorpsView.as_view(), name="simulator-wecom"),
    path("simulator/wecom/<str:corp>/scans/", wecom_simulator.ScanView.as_view(), name="simulator-wecom-scan"),
    path("simulator/wecom/<str:corp>/confirm/", wecom_simulator.ConfirmView.as_view(), name="simulator-wecom-confirm"),
    path("simulator/wecom/<str:corp>/leave/", wecom_simulator.LeaveView.as_view(), name="simulator-wecom-leave"),
    path("simulator/phones/", PhonesView.as_view(), name="simulator-phones"),
    path("simulator/phones/<str:phone>/", PhoneView.as_view(), name="simulator-phone"),
    path("simulator/phones/<str:phone>/replies/", RepliesView.as_view(), name="simulator-replies"),
    path("simulator/mailboxes/", MailboxesView.as_view(), name="simulator-mailboxes"),
    path("simulator/mailboxes/<path:address>/", MailboxView.as_view(), name="simulator-mailbox"),
    path("simulator/mails/<int:mail>/unsubscribe/", MailUnsubscribeView.as_view(), name="simulator-mail-unsubscribe"),
    path("simulator/mails/<int:mail>/bounce/", MailBounceView.as_view(), name="simulator-mail-bounce"),
    path("simulator/calls/", SimulatedCallsView.as_view(), name="simulator-calls"),
    path("simulator/calls/<int:pk>/acts/", SimulatedActsView.as_view(), name="simulator-call-acts"),
    path("messages/<uuid:pk>/tries/", CallTriesView.as_view(), name="message-tries"),
    path("channels/accounts/<uuid:pk>/jobs/", JobsView.as_view(), name="account-jobs"),
    path("simulator/faults/", FaultsView.as_view(), name="simulator-faults"),
    path("channels/accounts/<uuid:pk>/followers/sync/", FollowerSyncView.as_view(), name="follower-sync"),
    path("channels/accounts/<uuid:pk>/access-token/renew/", AccessTokenView.as_view(), name="access-token-renew"),
    path("simulator/wechat/followers/", FollowersView.as_view(), name="simulator-wechat-followers"),
    path(
        "simulator/wechat/followers/<str:appid>/<str:openid>/",
        FollowerView.as_view(),
        name="simulator-wechat-follower",
    ),
    path(
        "simulator/wechat/followers/<str:appid>/<str:openid>/acts/",
        FollowerActsView.as_view(),
        name="simulator-wechat-acts",
    ),
    path("templates/<uuid:pk>/preview/", TemplatePreviewViewSet.as_view({"post": "preview"}), name="template-preview"),
    path("channels/webhook-secret/", WebhookSecretView.as_view(), name="webhook-secret"),
    path("channels/webhook-secret/rotate/", WebhookSecretRotationView.as_view(), name="webhook-secret-rotate"),
    path("", include(router.urls)),
]
