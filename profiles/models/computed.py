from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from profiles.choices import ComputedKind
from workspaces.models.base import WorkspaceOwned


class Computed(WorkspaceOwned):
    """Something computed about everybody from what they did: an attribute, or a model that writes several.

    What is found is written to the person as attributes `computed.<key>`. The row says what, how fresh it is, for how
    many people there is a value, and what failed.
    """

    kind = models.CharField(max_length=16, choices=ComputedKind.choices)
    key = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    description = models.TextField(blank=True, default="")
    definition = models.JSONField()
    events = ArrayField(
        models.CharField(max_length=200), default=list, help_text=_("Names, or prefix*, that can change it.")
    )
    is_ending = models.BooleanField(default=False, help_text=_("It is being taken from everybody, and then deleted."))
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    fitted = models.JSONField(null=True, help_text=_("What a model has learned from everybody: breaks, parameters."))
    fitted_at = models.DateTimeField(null=True)
    fit_version = models.PositiveIntegerField(default=0)
    refusal = models.CharField(max_length=40, blank=True, default="", help_text=_("Why there is no fit."))

    wanted_at = models.DateTimeField(null=True, help_text=_("Since when everybody is to be computed anew."))
    next_at = models.DateTimeField(help_text=_("When everybody is computed anew by itself."))
    pass_at = models.DateTimeField(null=True, help_text=_("The instant that the pass under way computes for."))
    cursor = models.UUIDField(null=True, help_text=_("The last person whom the pass under way has done."))
    passed = models.PositiveIntegerField(default=0, help_text=_("How many people it has done."))
    computed_at = models.DateTimeField(null=True, help_text=_("The instant of the last whole pass."))
    touched_at = models.DateTimeField(null=True, help_text=_("When somebody was last computed after an event."))
    people = models.PositiveIntegerField(null=True)
    with_value = models.PositiveIntegerField(null=True)
    covered_at = models.DateTimeField(null=True, help_text=_("When the two were counted."))
    error = models.TextField(blank=True, default="")
    failed_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("computed attribute")
        verbose_name_plural = _("computed attributes")
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="computed_once")]

    def __str__(self) -> str:
        return self.key


class ComputedMark(models.Model):
    """Somebody did something that computed attributes look at; whoever computes them takes the mark away."""

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.UUIDField()
    profile_id = models.UUIDField()
    name = models.CharField(max_length=200, help_text=_("Of the event; empty: anything."))

    class Meta:
        verbose_name = _("computed mark")
        verbose_name_plural = _("computed marks")
        indexes = [models.Index(fields=["workspace_id", "id"], name="computed_mark_of_workspace")]

    def __str__(self) -> str:
        return f"{self.profile_id} {self.name}"


class ComputedDue(models.Model):
    """When time alone changes what is computed of somebody: an event leaves a window, or a day is full."""

    pk = models.CompositePrimaryKey("computed_id", "profile_id")
    workspace_id = models.UUIDField()
    computed_id = models.UUIDField()
    profile_id = models.UUIDField()
    due_at = models.DateTimeField()

    class Meta:
        verbose_name = _("computed due")
        verbose_name_plural = _("computed dues")
        indexes = [models.Index(fields=["workspace_id", "due_at"], name="computed_due")]

    def __str__(self) -> str:
        return f"{self.profile_id} at {self.due_at}"


class ClassSpell(models.Model):
    """That somebody is, or was, in a class of a model (RFM, lifecycle), and since when: what movement is counted from."""

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.UUIDField()
    computed_id = models.UUIDField()
    profile_id = models.UUIDField()
    label = models.CharField(max_length=60)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("class of a person")
        verbose_name_plural = _("classes of people")
        constraints = [
            models.UniqueConstraint(
                fields=["computed_id", "profile_id"], condition=Q(until=None), name="class_spell_open_once"
            )
        ]
        indexes = [models.Index(fields=["computed_id", "since"], name="class_spell_since")]

    def __str__(self) -> str:
        return f"{self.profile_id}: {self.label}"
