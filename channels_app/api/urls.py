from django.urls import include, path
from rest_framework.routers import SimpleRouter

from channels_app.api.simulator import FaultsView, PhonesView, PhoneView, RepliesView
from channels_app.api.simulator_mail import MailBounceView, MailboxesView, MailboxView, MailUnsubscribeView
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
    path("simulator/mailboxes/", MailboxesView.as_view(), name="simulator-mailboxes"),
    path("simulator/mailboxes/<path:address>/", MailboxView.as_view(), name="simulator-mailbox"),
    path("simulator/mails/<int:mail>/unsubscribe/", MailUnsubscribeView.as_view(), name="simulator-mail-unsubscribe"),
    path("simulator/mails/<int:mail>/bounce/", MailBounceView.as_view(), name="simulator-mail-bounce"),
    path("simulator/faults/", FaultsView.as_view(), name="simulator-faults"),
    path("channels/webhook-secret/", WebhookSecretView.as_view(), name="webhook-secret"),
    path("channels/webhook-secret/rotate/", WebhookSecretRotationView.as_view(), name="webhook-secret-rotate"),
    path("", include(router.urls)),
]
