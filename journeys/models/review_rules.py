from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from journeys.choices import CreditRule, RepeatRule
from workspaces.models.base import WorkspaceOwned


def refund_events() -> list[dict[str, Any]]:
    return [{"event": "order_refunded", "value": "amount"}]


def cancellation_events() -> list[dict[str, Any]]:
    return [{"event": "order_cancelled", "value": None}]


class ReviewRules(models.Model):
    """How a workspace's reviews count: what names an order and its currency, what takes it back, and whose it is."""

    workspace = models.OneToOneField(
        "workspaces.Workspace", on_delete=models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    order_property = models.CharField(
        max_length=200, default="order_id", help_text=_("Of the event, dotted: what names the order.")
    )
    currency_property = models.CharField(
        max_length=200, default="currency", help_text=_("Of the event, dotted: its currency (ISO 4217).")
    )
    currency = models.CharField(
        max_length=3,
        default="CNY",
        validators=[RegexValidator(r"^[A-Z]{3}$")],
        help_text=_("Of an event that names none."),
    )
    refunds = models.JSONField(
        default=refund_events, help_text=_("[{event, value}]: what is given back; without a value the whole order.")
    )
    cancellations = models.JSONField(
        default=cancellation_events, help_text=_("[{event, value}]: without a value the order never was.")
    )
    most_value = models.DecimalField(
        max_digits=20,
        decimal_places=4,
        default=Decimal(10_000_000),
        validators=[MinValueValidator(Decimal("0.0001"))],
        help_text=_("The largest value that is believed of one conversion."),
    )
    credit = models.CharField(max_length=24, choices=CreditRule.choices, default=CreditRule.LAST_ENTRY)
    repeats = models.CharField(max_length=8, choices=RepeatRule.choices, default=RepeatRule.EACH)
    revision = models.PositiveIntegerField(default=1, help_text=_("Grows with every change."))
    changed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("rules of reviews")
        verbose_name_plural = _("rules of reviews")

    def __str__(self) -> str:
        return f"{self.workspace_id} {self.revision}"


class ReviewDefinition(WorkspaceOwned):
    """The goals that the review of one journey goes by instead of those of its version."""

    journey = models.OneToOneField("journeys.Journey", on_delete=models.CASCADE, related_name="review_definition")
    goals = models.JSONField(default=list, help_text=_("As in a graph's settings."))
    since = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("definition of a review")
        verbose_name_plural = _("definitions of reviews")

    def __str__(self) -> str:
        return f"{self.journey_id} {self.since:%Y-%m-%d}"


class ReviewRefund(models.Model):
    """What an event takes back of an order: a projection of the refund and cancellation events of a workspace.

    Events have no index by order. `order_key` is the beginning of SHA-256 over what names the order.
    """

    pk = models.CompositePrimaryKey("workspace_id", "event_id")
    workspace_id = models.UUIDField()
    event_id = models.UUIDField()
    order_key = models.UUIDField()
    revision = models.PositiveIntegerField(help_text=_("Of the rules by which the event was read."))
    value = models.DecimalField(max_digits=20, decimal_places=4, null=True, help_text=_("Empty: all of the order."))
    currency = models.CharField(max_length=3, default="", blank=True, help_text=_("Empty: that of the order."))
    cancels = models.BooleanField(help_text=_("It says that the order never was."))
    unread = models.BooleanField(help_text=_("It should have a value, and has none that can be read."))

    class Meta:
        verbose_name = _("refund of a review")
        verbose_name_plural = _("refunds of reviews")
        indexes = [models.Index(fields=["workspace_id", "order_key"], name="review_refund_of_order")]

    def __str__(self) -> str:
        return str(self.event_id)
