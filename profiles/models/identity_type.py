from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.choices import Joins, Normalisation
from workspaces.models.base import WorkspaceOwned


class IdentityType(WorkspaceOwned):
    """A workspace's own rules for one type of identity; profiles.identity_types has those of types without a row."""

    type = models.CharField(max_length=64)
    priority = models.PositiveSmallIntegerField(help_text=_("The lowest number decides whose an item is."))
    normalisation = models.CharField(max_length=16, choices=Normalisation.choices, default=Normalisation.TRIM)
    joins = models.CharField(max_length=16, choices=Joins.choices)
    most_identities = models.PositiveIntegerField(help_text=_("How many values of this type one person may have."))
    most_people = models.PositiveIntegerField(
        help_text=_("A value that was seen with as many people is shared: it joins nobody any more.")
    )

    class Meta:
        verbose_name = _("identity type")
        verbose_name_plural = _("identity types")
        constraints = [models.UniqueConstraint(fields=["workspace", "type"], name="identity_type_once")]

    def __str__(self) -> str:
        return self.type
