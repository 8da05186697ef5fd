from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from channels_app.choices import Channel
from channels_app.providers.registry import provider_choices
from channels_app.secrets import EncryptedJSONField
from workspaces.models.base import WorkspaceOwned


class ChannelAccount(WorkspaceOwned):
    """An account at a provider: where to send, with which credentials."""

    key = models.SlugField(help_text=_("The name a journey's send node uses."))
    name = models.CharField(max_length=100)
    channel = models.CharField(max_length=32, choices=Channel.choices)
    provider = models.CharField(max_length=64, choices=provider_choices)
    base_url = models.CharField(
        max_length=200,
        validators=[URLValidator(schemes=["http", "https", "smtp", "smtps"])],
        help_text=_("The provider's host, or the simulator's."),
    )
    credentials = EncryptedJSONField(default=dict, help_text=_("Encrypted at rest; never shown again."))
    settings = models.JSONField(
        default=dict, blank=True, help_text=_("What the provider needs besides, e.g. sign_name.")
    )
    callback_token = models.CharField(
        max_length=64,
        unique=True,
        help_text=_("The secret part of the callback address, for providers that do not sign."),
    )
    enabled = models.BooleanField(default=True)
    paused_until = models.DateTimeField(
        null=True, blank=True, help_text=_("Nothing is sent before: the provider refuses the account for now.")
    )
    pause_reason = models.CharField(max_length=128, default="", blank=True)
    failures = models.PositiveSmallIntegerField(
        default=0, help_text=_("How often in a row the provider refused the account; the rest between tries grows.")
    )
    rate = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("Messages in any second at most; empty: as fast as the provider answers.")
    )
    price = models.DecimalField(
        max_digits=10,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("Of one unit (an SMS segment, a call, a message), in the currency below."),
    )
    currency = models.CharField(max_length=3, default="CNY")
    last_call_at = models.DateTimeField(null=True, blank=True)
    poll_cursor = models.UUIDField(null=True, blank=True)
    polled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("channel account")
        verbose_name_plural = _("channel accounts")
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="account_key_once")]

    def __str__(self) -> str:
        return self.name
