from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from channels_app.choices import Channel, MessageState
from workspaces.models.base import WorkspaceOwned


class Message(WorkspaceOwned):
    """One outbound communication: the outbox, and afterwards the record of its fate.

    Relations carry no constraint in the database: a tick writes thousands of rows by COPY, and the table must
    stay distributable. The service that writes a row has just read what it refers to. Nor have they an index of their
    own: each would slow every COPY and every change of state, and the indexes below lead with what is asked for.
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace", on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    account = models.ForeignKey(
        "channels_app.ChannelAccount",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="messages",
    )
    template = models.ForeignKey(
        "channels_app.Template",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="messages",
    )
    profile_id = models.UUIDField()
    journey_id = models.UUIDField(null=True)
    version_id = models.UUIDField(null=True)
    enrollment_id = models.UUIDField(null=True)
    node = models.CharField(max_length=64, default="", blank=True)

    channel = models.CharField(max_length=32, choices=Channel.choices)
    purpose = models.CharField(max_length=16)
    address = models.CharField(
        max_length=255, help_text=_("The identity's value it goes to, e.g. a phone number in E.164.")
    )
    params = models.JSONField(default=dict, help_text=_("The template's variables, rendered."))
    policy = models.JSONField(
        default=dict, help_text=_("Quiet hours, zone and on_blocked of the node, for the second judgement at the send.")
    )
    # With a default of the database's own, so that a tick's COPY need not name it.
    test = models.BooleanField(
        default=False,
        db_default=False,
        help_text=_("Sent to a tester from a draft; it belongs to no journey's numbers."),
    )
    priority = models.SmallIntegerField(
        default=50, db_default=50, help_text=_("Who is sent first when not all can be: 100 before 0.")
    )
    wants_outcome = models.BooleanField(default=False, help_text=_("The enrollment waits to hear how this ends."))

    state = models.CharField(max_length=16, choices=MessageState.choices, default=MessageState.QUEUED)
    reason = models.CharField(
        max_length=64, default="", blank=True, help_text=_("Why it is blocked, or the error's class.")
    )
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    attempt = models.UUIDField(
        null=True, help_text=_("The attempt (one provider call) that carried it; shared by a batch.")
    )
    repeat_until = models.DateTimeField(
        null=True,
        help_text=_("Its answer was lost, and the provider still knows its id: until then it may be sent again."),
    )
    polled = models.BooleanField(
        default=False, db_default=False, help_text=_("What becomes of it is asked for: its provider does not report.")
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    attempted_at = models.DateTimeField(null=True)
    provider_id = models.CharField(
        max_length=128, default="", blank=True, help_text=_("The provider's receipt number, e.g. BizId.")
    )
    result = models.CharField(
        max_length=32,
        default="",
        db_default="",
        blank=True,
        help_text=_("The finer end of a channel that has one, e.g. a call's no_answer or intent_A."),
    )
    cost = models.DecimalField(
        max_digits=10,
        decimal_places=4,
        null=True,
        help_text=_("What the account's price makes of its units, in the account's currency."),
    )
    error_code = models.CharField(max_length=128, default="", blank=True)
    error_detail = models.TextField(default="", blank=True)
    requested_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(
                "account",
                models.F("priority").desc(),
                "not_before",
                "id",
                name="message_queued",
                condition=models.Q(state="queued"),
            ),
            models.Index(
                fields=["account", "id"], name="message_polled", condition=models.Q(state="accepted", polled=True)
            ),
            models.Index(fields=["account", "attempted_at"], name="message_open", condition=models.Q(state="sending")),
            models.Index(fields=["attempt"], name="message_attempt", condition=models.Q(attempt__isnull=False)),
            models.Index(fields=["account", "address"], name="message_to_address"),
            # For reports that name no address, and for whoever asks a vendor about one message.
            models.Index(
                fields=["account", "provider_id"], name="message_of_provider", condition=~models.Q(provider_id="")
            ),
            models.Index(fields=["workspace", "profile_id", "requested_at"], name="message_of_person"),
            # What was attempted since a moment, over a whole workspace. By blocks, which costs a send next to nothing:
            # messages are attempted roughly in the order in which their rows are written.
            BrinIndex(fields=["attempted_at"], name="message_attempted", autosummarize=True),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.id}"


class Receipt(WorkspaceOwned):
    """What a provider reported about a message: kept as it came; the same report twice is one row."""

    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.CASCADE, db_index=False, related_name="+")
    account = models.ForeignKey(
        "channels_app.ChannelAccount", on_delete=models.CASCADE, db_index=False, related_name="receipts"
    )
    message_id = models.UUIDField(null=True, db_index=True, help_text=_("Empty while no message is known for it."))
    dedup_key = models.CharField(max_length=255)
    outcome = models.CharField(max_length=16, choices=MessageState.choices)
    code = models.CharField(max_length=128, default="", blank=True)
    reported_at = models.DateTimeField(help_text=_("When it happened, in the provider's words."))
    received_at = models.DateTimeField(auto_now_add=True)
    payload = models.JSONField()

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [models.UniqueConstraint(fields=["account", "dedup_key"], name="receipt_once")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.dedup_key}"
