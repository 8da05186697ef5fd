from django.db import models
from django.utils.translation import gettext_lazy as _


class PersonName(models.Model):
    """What a person is called, for search by the beginning of a name: written by a trigger of `profiles_profile` alone.

    Not an index over the attributes: with one, every change of any attribute would write a new entry into each index of
    the table. The id is the profile's; the row comes and goes with it.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    workspace_id = models.UUIDField()
    name = models.CharField(max_length=100, help_text=_("The attribute `name`, its first 100 characters."))

    class Meta:
        verbose_name = _("name of a person")
        verbose_name_plural = _("names of people")
        indexes = [
            models.Index(
                fields=["workspace_id", "name"], name="name_search", opclasses=["uuid_ops", "varchar_pattern_ops"]
            )
        ]

    def __str__(self) -> str:
        return self.name
