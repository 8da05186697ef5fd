from django.db import models
from django.utils.translation import gettext_lazy as _

from journeys.choices import ReviewGroup, ReviewMeasureKind


class ReviewCosts(models.Model):
    """What the review counts as spent besides the messages: coupons and the time of staff."""

    workspace = models.OneToOneField(
        "workspaces.Workspace", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    currency = models.CharField(max_length=3, default="CNY", help_text=_("Of the hour of staff."))
    staff_hour = models.DecimalField(
        max_digits=12,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("What an hour of staff costs; empty: unknown."),
    )
    task_minutes = models.DecimalField(
        max_digits=8, decimal_places=2, default=10, help_text=_("What a task takes that was done.")
    )
    coupon_property = models.CharField(
        max_length=100, default="coupon", help_text=_("Where a goal's event says which code was used, dotted.")
    )
    coupons = models.JSONField(
        default=list,
        blank=True,
        help_text=_("[{code or goal, cost, currency}]: what each use of a code, or each conversion of a goal, costs."),
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("costs of the review")
        verbose_name_plural = _("costs of the review")

    def __str__(self) -> str:
        return str(self.workspace_id)


class ReviewMeasure(models.Model):
    """What is counted of a journey's people day by day: retention by an event, or what they bought before and after."""

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.UUIDField()
    journey_id = models.UUIDField()
    kind = models.CharField(max_length=16, choices=ReviewMeasureKind.choices)
    event = models.CharField(max_length=200, default="", blank=True, help_text=_("Empty: any."))
    value = models.CharField(max_length=200, default="", blank=True, help_text=_("The property with the amount."))
    zone = models.CharField(max_length=64)
    basis = models.CharField(
        max_length=64, default="", db_default="", blank=True, help_text=_("Of sales, by which rules and filters.")
    )
    as_of = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("measure of a review")
        verbose_name_plural = _("measures of reviews")
        constraints = [
            models.UniqueConstraint(fields=["journey_id", "kind", "event", "value"], name="review_measure_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event}"


class ReviewRetention(models.Model):
    """How many people who entered on a day did something so many days later."""

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.UUIDField()
    measure_id = models.BigIntegerField()
    group = models.CharField(max_length=16, choices=ReviewGroup.choices)
    day = models.DateField(help_text=_("Of the first entry, in the workspace's zone."))
    after = models.SmallIntegerField(help_text=_("Days."))
    people = models.BigIntegerField()
    came = models.BigIntegerField()

    class Meta:
        verbose_name = _("retention of a review")
        verbose_name_plural = _("retention of reviews")
        constraints = [
            models.UniqueConstraint(fields=["measure_id", "group", "day", "after"], name="review_retention_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} D{self.after}: {self.came}/{self.people}"


class ReviewSales(models.Model):
    """What people who entered on a day bought in as many days before it as after it."""

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.UUIDField()
    measure_id = models.BigIntegerField()
    group = models.CharField(max_length=16, choices=ReviewGroup.choices)
    day = models.DateField(help_text=_("Of the first entry, in the workspace's zone."))
    currency = models.CharField(max_length=3, blank=True, help_text=_("Empty: only how many people there are."))
    people = models.BigIntegerField(default=0)
    buyers_before = models.BigIntegerField(default=0)
    buyers_after = models.BigIntegerField(default=0)
    sales_before = models.DecimalField(max_digits=24, decimal_places=4, default=0)
    sales_after = models.DecimalField(max_digits=24, decimal_places=4, default=0)

    class Meta:
        verbose_name = _("sales of a review")
        verbose_name_plural = _("sales of reviews")
        constraints = [
            models.UniqueConstraint(fields=["measure_id", "group", "day", "currency"], name="review_sales_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.group}"
