"""Enterprise WeChat beside messages: staff, tags, contact ways, and the welcome of who comes through them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from channels_app.choices import SyncState
from workspaces.models.base import WorkspaceOwned


class OfAccount(WorkspaceOwned):
    account = models.ForeignKey("channels_app.ChannelAccount", on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True


class Staff(OfAccount):
    """A member of the corporation whom customers can be contacts of."""

    userid = models.CharField(max_length=64)
    name = models.CharField(max_length=100, blank=True, default="")
    department = models.JSONField(default=list, blank=True, help_text=_("The ids of the member's departments."))
    active = models.BooleanField(default=True, help_text=_("Found by the last synchronisation."))
    synced_at = models.DateTimeField()

    class Meta:
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")
        constraints = [models.UniqueConstraint(fields=["account", "userid"], name="staff_once")]

    def __str__(self) -> str:
        return self.name or self.userid


class CorpTag(OfAccount):
    """A tag that the corporation may give its customers."""

    tag_id = models.CharField(max_length=64)
    name = models.CharField(max_length=100)
    group_id = models.CharField(max_length=64)
    group_name = models.CharField(max_length=100)
    active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("corporation's tag")
        verbose_name_plural = _("corporation's tags")
        constraints = [models.UniqueConstraint(fields=["account", "tag_id"], name="corp_tag_once")]

    def __str__(self) -> str:
        return f"{self.group_name}/{self.name}"


class WelcomeMessage(OfAccount):
    """What a new contact is told within 20 seconds. `state` says for whom: a contact way's state, a beginning of such
    followed by `*`, or empty for everybody else."""

    name = models.CharField(max_length=100)
    state = models.CharField(max_length=31, blank=True, default="")
    text = models.TextField(blank=True, default="", help_text=_("Up to 4,000 bytes; ${staff} is the member's name."))
    attachments = models.JSONField(default=list, blank=True)
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("welcome message")
        verbose_name_plural = _("welcome messages")

    def __str__(self) -> str:
        return self.name


class ContactWay(OfAccount):
    """A QR code through which customers become contacts of staff (渠道活码); its `state` tells the channel."""

    name = models.CharField(max_length=100)
    config_id = models.CharField(max_length=64)
    state = models.CharField(max_length=30)
    users = models.JSONField(default=list)
    skip_verify = models.BooleanField(default=True)
    remark = models.CharField(max_length=30, blank=True, default="")
    tags = models.JSONField(default=list, blank=True, help_text=_("Ids of corporation's tags for who comes this way."))
    welcome = models.ForeignKey(
        WelcomeMessage, null=True, blank=True, on_delete=models.SET_NULL, related_name="contact_ways"
    )
    qr_code = models.URLField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("contact way")
        verbose_name_plural = _("contact ways")
        constraints = [
            models.UniqueConstraint(fields=["account", "state"], name="contact_way_state_once"),
            models.UniqueConstraint(fields=["account", "config_id"], name="contact_way_once"),
        ]

    def __str__(self) -> str:
        return self.name


class GreetingOutcome(models.TextChoices):
    PENDING = "pending", _("Under way")
    SENT = "sent", _("Sent")
    ALREADY = "already", _("The member has already been talking to them")
    EXPIRED = "expired", _("Too late")
    FAILED = "failed", _("Refused")
    UNKNOWN = "unknown", _("Unknown")


class Greeting(OfAccount):
    """One welcome and what became of it."""

    code_hash = models.CharField(max_length=64, help_text=_("Of the welcome code, which is a credential for 20 s."))
    userid = models.CharField(max_length=64)
    external_userid = models.CharField(max_length=64)
    welcome = models.ForeignKey(WelcomeMessage, null=True, on_delete=models.SET_NULL, related_name="+")
    outcome = models.CharField(max_length=16, choices=GreetingOutcome.choices, default=GreetingOutcome.PENDING)
    code = models.CharField(max_length=64, blank=True, default="")
    detail = models.TextField(blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField()
    latency_ms = models.PositiveIntegerField(null=True, help_text=_("From the callback to the vendor's answer."))
    tagging_code = models.CharField(max_length=64, blank=True, default="", help_text=_("Why tags were not given."))

    class Meta:
        verbose_name = _("greeting")
        verbose_name_plural = _("greetings")
        constraints = [models.UniqueConstraint(fields=["account", "code_hash"], name="greeting_once")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.external_userid}"


class ContactSync(OfAccount):
    """Staff, tags and customers read from the corporation. It goes on where it stopped: `position` says where."""

    state = models.CharField(max_length=16, choices=SyncState.choices, default=SyncState.RUNNING)
    position = models.JSONField(default=dict)
    staff = models.PositiveIntegerField(default=0)
    tags = models.PositiveIntegerField(default=0)
    customers = models.PositiveIntegerField(default=0)
    groups = models.PositiveIntegerField(default=0)
    code = models.CharField(max_length=64, blank=True, default="")
    detail = models.TextField(blank=True, default="")
    started_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("contact synchronisation")
        verbose_name_plural = _("contact synchronisations")
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(state="running"), name="contact_sync_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.started_at}"
