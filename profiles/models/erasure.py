from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.choices import ErasureState
from workspaces.models.base import WorkspaceOwned

OPEN_ERASURES = (ErasureState.QUEUED, ErasureState.RUNNING)


class Erasure(WorkspaceOwned):
    """The removal of one person's data (PIPL art. 47): the job while it runs, afterwards the certificate.

    It goes step by step, a transaction each; where it is, is written with each, so whoever goes on leaves nothing out.
    """

    profile_id = models.UUIDField()
    state = models.CharField(max_length=16, choices=ErasureState.choices, default=ErasureState.QUEUED)
    step = models.CharField(max_length=64, blank=True, default="", help_text=_("The step that is next."))
    removed = models.JSONField(default=dict, help_text=_("Table → rows removed or emptied."))
    redacted = models.JSONField(default=dict, help_text=_("Table → rows of others in which the person was named."))
    remaining = models.JSONField(
        default=dict, help_text=_("Table → rows that still name them: settings that an operator must change.")
    )
    searched = models.JSONField(default=list, help_text=_("Tables that were searched for the person's identities."))
    identities = models.PositiveIntegerField(default=0, help_text=_("How many identities were erased."))
    unsearched = models.PositiveIntegerField(
        default=0, help_text=_("How many of them are too short or too common to be looked for inside texts.")
    )
    reason = models.CharField(max_length=500, blank=True, default="")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_by_name = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        constraints = [models.UniqueConstraint(fields=["workspace", "profile_id"], name="erasure_once")]
        indexes = [
            models.Index(fields=["beat_at"], name="erasure_open", condition=models.Q(state__in=["queued", "running"])),
            models.Index(fields=["workspace", "-id"], name="erasure_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.profile_id}"


class Tombstone(WorkspaceOwned):
    """A salted hash of one identity of an erased person: late events of theirs make nobody anew.

    When its time is over it blocks nothing any more; it stays as long as the ledger's proof, which it is the key to.
    """

    erasure = models.ForeignKey(Erasure, on_delete=models.CASCADE, related_name="tombstones")
    digest = models.CharField(max_length=40)
    blocks_until = models.DateTimeField()

    class Meta:
        verbose_name = _("tombstone")
        verbose_name_plural = _("tombstones")
        constraints = [models.UniqueConstraint(fields=["erasure", "digest"], name="tombstone_once")]
        indexes = [models.Index(fields=["workspace", "digest"], name="tombstone_of_identity")]

    def __str__(self) -> str:
        return self.digest[:8]


class PreferenceRevocation(WorkspaceOwned):
    """Links to a person's preference page that were made up to `before` open nothing any more."""

    profile = models.OneToOneField("profiles.Profile", on_delete=models.CASCADE, related_name="+")
    before = models.DateTimeField()

    class Meta:
        verbose_name = _("preference revocation")
        verbose_name_plural = _("preference revocations")

    def __str__(self) -> str:
        return f"{self.profile_id} {self.before}"
