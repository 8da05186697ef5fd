"""What is known about events in general, learned from those that came: names, volumes, properties."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.choices import ValueType
from workspaces.models.base import WorkspaceOwned


class EventDefinition(WorkspaceOwned):
    """A name that events came with."""

    name = models.CharField(max_length=200)
    description = models.TextField(blank=True, default="")
    is_hidden = models.BooleanField(default=False, help_text=_("It is not offered for completion."))
    total = models.BigIntegerField(default=0, help_text=_("How many were ever taken."))
    first_seen_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("event definition")
        verbose_name_plural = _("event definitions")
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="event_definition_once")]

    def __str__(self) -> str:
        return self.name


class EventProperty(WorkspaceOwned):
    """A property seen in samples of an event, by its dotted path."""

    definition = models.ForeignKey(EventDefinition, on_delete=models.CASCADE, related_name="properties")
    path = models.CharField(max_length=255)
    types = models.JSONField(default=dict, help_text=_("Type → in how many samples."))
    examples = models.JSONField(default=list, help_text=_("A few values; what looks personal is masked."))
    description = models.TextField(blank=True, default="")
    is_hidden = models.BooleanField(default=False)
    expected_type = models.CharField(max_length=16, choices=ValueType.choices, blank=True, default="")
    first_seen_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("event property")
        verbose_name_plural = _("event properties")
        constraints = [models.UniqueConstraint(fields=["definition", "path"], name="event_property_once")]

    def __str__(self) -> str:
        return self.path


class EventVolume(models.Model):
    """How many events of a name were taken that occurred on one day of the workspace's zone."""

    pk = models.CompositePrimaryKey("workspace_id", "name", "day")
    workspace_id = models.UUIDField()
    name = models.CharField(max_length=200)
    day = models.DateField()
    count = models.BigIntegerField()

    class Meta:
        verbose_name = _("event volume")
        verbose_name_plural = _("event volumes")

    def __str__(self) -> str:
        return f"{self.name} {self.day}: {self.count}"


class EventTally(models.Model):
    """What one batch brought of one name on one day, until it is added to the catalogue.

    Batches only insert here: if each added to a total, they would wait for one another's commit.
    """

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.UUIDField()
    name = models.CharField(max_length=200)
    day = models.DateField()
    count = models.IntegerField()
    received_at = models.DateTimeField()
    sample = models.JSONField(help_text=_("The properties of one of them."))

    class Meta:
        verbose_name = _("event tally")
        verbose_name_plural = _("event tallies")

    def __str__(self) -> str:
        return f"{self.name} {self.day}: {self.count}"
