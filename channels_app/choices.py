from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    SMS = "sms", _("SMS")


class Provider(models.TextChoices):
    SMS_ALIYUN = "sms.aliyun", _("Aliyun SMS")


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
