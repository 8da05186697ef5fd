from django.db import models
from django.utils.translation import gettext_lazy as _

from workspaces.models.base import WorkspaceOwned


class MediaFile(WorkspaceOwned):
    """A picture, video or file that messages may carry; vendors get it when a message that carries it is sent."""

    key = models.SlugField(help_text=_("The name by which templates use it."))
    name = models.CharField(max_length=100, help_text=_("The file's own name, as receivers see it."))
    kind = models.CharField(max_length=16, help_text=_("image, video or file."))
    content = models.BinaryField()
    size = models.PositiveIntegerField(help_text=_("Bytes."))
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the content."))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("media file")
        verbose_name_plural = _("media files")
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="media_file_key_once")]

    def __str__(self) -> str:
        return self.name
