from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from workspaces.models.base import new_id


class PersonHistory(models.Model):
    """One change of what is known about a person: append-only, so that a rule can be judged as of any instant.

    What is known at an instant is what the changes up to then come to, in the order of `at` and then of their ids. No
    relation has a constraint in the database: entries come by the thousand with events, and outlive nobody, because
    whoever erases a person erases them by `profile_id`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace_id = models.UUIDField()
    profile_id = models.UUIDField()
    at = models.DateTimeField(help_text=_("When it was so: a trait's timestamp, else the receipt."))
    recorded_at = models.DateTimeField(db_default=Now())
    attributes = models.JSONField(default=dict, help_text=_("A merge patch (RFC 7396): null removes."))
    tags = models.JSONField(default=dict, help_text=_("Tag → value, true for a tag without one, null removes."))

    home_id = models.UUIDField(
        null=True,
        help_text=_("Whose it was before a merge brought the identity by which it came; empty: the person's."),
    )

    class Meta:
        verbose_name = _("change of a person")
        verbose_name_plural = _("changes of people")
        indexes = [models.Index(fields=["profile_id", "at", "id"], name="history_of_person")]

    def __str__(self) -> str:
        return f"{self.profile_id} at {self.at}"
