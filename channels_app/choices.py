from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    SMS = "sms", _("SMS")
    WECHAT_TEMPLATE = "wechat_template", _("WeChat template message")
    WECHAT_SERVICE = "wechat_service", _("WeChat customer-service message")
    WECHAT_SUBSCRIBE = "wechat_subscribe", _("WeChat subscribe message")
    WECOM_APP = "wecom_app", _("WeCom app message")
    WECOM_CUSTOMER = "wecom_customer", _("WeCom message to customers")
    CALL = "call", _("Outbound call")
    EMAIL = "email", _("Email")
    WEBHOOK = "webhook", _("Webhook")


class TemplateState(models.TextChoices):
    PENDING = "pending", _("Awaiting approval")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")


class MessageState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Sending")
    ACCEPTED = "accepted", _("Accepted")
    DELIVERED = "delivered", _("Delivered")
    READ = "read", _("Read")
    CLICKED = "clicked", _("Clicked")
    REPLIED = "replied", _("Replied")
    FAILED = "failed", _("Failed")
    BLOCKED = "blocked", _("Blocked")
    EXPIRED = "expired", _("Expired")
    UNKNOWN = "unknown", _("Unknown")


class SyncState(models.TextChoices):
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
