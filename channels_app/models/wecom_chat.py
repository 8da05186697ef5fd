from django.db import models
from django.utils.translation import gettext_lazy as _

from channels_app.models.wecom import OfAccount


class GroupChat(OfAccount):
    """A group of customers (客户群) as enterprise WeChat had it when it was last read."""

    chat_id = models.CharField(max_length=64)
    name = models.CharField(max_length=100, blank=True, default="")
    owner = models.CharField(max_length=64, blank=True, default="", help_text=_("The userid of its owner."))
    notice = models.TextField(blank=True, default="")
    staff = models.JSONField(default=list, help_text=_("Userids of members of staff in it."))
    customers = models.JSONField(default=list, help_text=_("External userids of customers in it."))
    active = models.BooleanField(default=True, help_text=_("Neither dissolved nor missing from the last list."))
    founded_at = models.DateTimeField(null=True)
    synced_at = models.DateTimeField()

    class Meta:
        verbose_name = _("group of customers")
        verbose_name_plural = _("groups of customers")
        constraints = [models.UniqueConstraint(fields=["account", "chat_id"], name="group_chat_once")]

    def __str__(self) -> str:
        return self.name or self.chat_id
