from django.db import models
from django.utils.translation import gettext_lazy as _

from channels_app.choices import Channel, TemplateState
from workspaces.models.base import WorkspaceOwned


class Template(WorkspaceOwned):
    """A text that a provider has approved, with named variables such as ${name}."""

    account = models.ForeignKey("channels_app.ChannelAccount", on_delete=models.CASCADE, related_name="templates")
    key = models.SlugField(help_text=_("The name a journey's send node uses."))
    name = models.CharField(max_length=100)
    channel = models.CharField(max_length=32, choices=Channel.choices)
    provider_code = models.CharField(
        max_length=100, help_text=_("The provider's own id of the template, e.g. SMS_154950909.")
    )
    body = models.TextField()
    purpose = models.CharField(max_length=16, default="service")
    state = models.CharField(max_length=16, choices=TemplateState.choices, default=TemplateState.PENDING)
    reason = models.CharField(
        max_length=500, default="", blank=True, help_text=_("Why the provider has rejected it, in its words.")
    )
    settings = models.JSONField(
        default=dict, blank=True, help_text=_("What the provider needs besides the text, e.g. a link or field types.")
    )
    tags = models.JSONField(
        default=list, blank=True, help_text=_("What it is about, e.g. promotion; frequency caps may count by these.")
    )
    synced_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="template_key_once")]

    def __str__(self) -> str:
        return self.name
