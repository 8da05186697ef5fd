from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from profiles.choices import MergeOrigin, SuggestionState
from workspaces.models.base import WorkspaceOwned


class ProfileMerge(WorkspaceOwned):
    """Two people turned out to be one. Append-only: taking it back is a MergeUndo of its own.

    The merged person's row is gone from the profiles while this holds: what it was is here, so that every statement
    over people counts them once.
    """

    survivor_id = models.UUIDField()
    merged_id = models.UUIDField()
    at = models.DateTimeField()
    origin = models.CharField(max_length=16, choices=MergeOrigin.choices)
    reason = models.TextField(blank=True, default="")
    rule = models.CharField(max_length=32, help_text=_("Why this one survived: `priority` or `older`."))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # The identity that joined them, and the one it was seen with.
    type = models.CharField(max_length=64, blank=True, default="")
    value = models.CharField(max_length=255, blank=True, default="")
    with_type = models.CharField(max_length=64, blank=True, default="")
    with_value = models.CharField(max_length=255, blank=True, default="")
    event_id = models.CharField(max_length=255, blank=True, default="", help_text=_("The event that said so, if one."))
    survivor_before = models.JSONField(help_text=_("The survivor's row before the merge."))
    merged_before = models.JSONField(help_text=_("The merged person's row before the merge."))
    after = models.JSONField(help_text=_("What the merge gave the survivor, and which rows of history it began."))
    moved = models.JSONField(default=dict, help_text=_("Table → how many rows went over."))
    notes = models.JSONField(default=dict, help_text=_("What listeners must know to take it back."))

    class Meta:
        verbose_name = _("merge of profiles")
        verbose_name_plural = _("merges of profiles")
        indexes = [
            models.Index(fields=["survivor_id", "-id"], name="merge_of_survivor"),
            models.Index(fields=["merged_id", "-id"], name="merge_of_merged"),
            models.Index(fields=["workspace", "type", "value"], name="merge_by_identity"),
            models.Index(fields=["workspace", "with_type", "with_value"], name="merge_by_company"),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.survivor_id}"


class MergeUndo(WorkspaceOwned):
    """A merge that was taken back."""

    merge = models.OneToOneField(ProfileMerge, on_delete=models.CASCADE, related_name="undo")
    survivor_id = models.UUIDField()
    at = models.DateTimeField()
    reason = models.TextField(blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # By the server's clock, whatever instant the caller lives in.
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("undone merge")
        verbose_name_plural = _("undone merges")
        indexes = [models.Index(fields=["survivor_id", "-recorded_at"], name="undo_of_survivor")]

    def __str__(self) -> str:
        return str(self.merge_id)


class MergedRows(WorkspaceOwned):
    """Which rows of one table a merge moved, and those it took away because the survivor had the same already."""

    merge = models.ForeignKey(ProfileMerge, on_delete=models.CASCADE, related_name="rows")
    table = models.CharField(max_length=64)
    keys = ArrayField(models.TextField(), default=list)
    shelved = models.JSONField(default=list)

    class Meta:
        verbose_name = _("merged rows")
        verbose_name_plural = _("merged rows")

    def __str__(self) -> str:
        return f"{self.table} of {self.merge_id}"


class ProfileAlias(WorkspaceOwned):
    """A merged-away person's id, which from then on is the survivor's. Its own id is that of the merged person."""

    profile_id = models.UUIDField()
    merge_id = models.UUIDField()

    class Meta:
        verbose_name = _("former id of a profile")
        verbose_name_plural = _("former ids of profiles")
        indexes = [models.Index(fields=["profile_id"], name="alias_of_profile")]

    def __str__(self) -> str:
        return f"{self.id} → {self.profile_id}"


class Arrival(WorkspaceOwned):
    """Something that came to a survivor by an identity of a merged person: undoing the merge gives it to them."""

    profile_id = models.UUIDField()
    home_id = models.UUIDField(help_text=_("Whose the identity was by which it came."))
    kind = models.CharField(max_length=16)
    ref = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("arrival after a merge")
        verbose_name_plural = _("arrivals after a merge")
        indexes = [models.Index(fields=["profile_id", "home_id"], name="arrival_of_home")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.home_id}"


class KeptApart(WorkspaceOwned):
    """Two people whom somebody has said to be two: no fact joins them and no match is suggested again."""

    first_id = models.UUIDField()
    second_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("people kept apart")
        verbose_name_plural = _("people kept apart")
        constraints = [models.UniqueConstraint(fields=["workspace", "first_id", "second_id"], name="kept_apart_once")]

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"


class MatchRun(WorkspaceOwned):
    """One search for people who are probably the same; a worker picks it up and a killed one is taken over."""

    state = models.CharField(max_length=16, default="queued")
    settings = models.JSONField(default=dict)
    people = models.BigIntegerField(default=0)
    found = models.BigIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("search for matches")
        verbose_name_plural = _("searches for matches")
        indexes = [
            models.Index(
                fields=["asked_at"], name="match_run_open", condition=models.Q(state__in=["queued", "running"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.id}"


class MatchSuggestion(WorkspaceOwned):
    """Two people who are probably one, and why. Nothing is merged until somebody accepts it."""

    first_id = models.UUIDField()
    second_id = models.UUIDField()
    weight = models.FloatField(help_text=_("log2 of the odds, as splink gives it."))
    probability = models.FloatField()
    explanation = models.JSONField()
    state = models.CharField(max_length=16, choices=SuggestionState.choices, default=SuggestionState.OPEN)
    found_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("suggested match")
        verbose_name_plural = _("suggested matches")
        constraints = [models.UniqueConstraint(fields=["workspace", "first_id", "second_id"], name="suggestion_once")]
        indexes = [models.Index(fields=["workspace", "state", "-id"], name="suggestion_review")]

    def __str__(self) -> str:
        return f"{self.first_id} = {self.second_id}"
