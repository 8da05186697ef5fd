from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Administrator")
    OPERATOR = "operator", _("Operator")
    VIEWER = "viewer", _("Viewer")


class Scope(models.TextChoices):
    """What an API key may do. `track` is the write key of the tracking protocol."""

    TRACK = "track", _("Send events")
    READ = "read", _("Read everything")
    WRITE = "write", _("Change profiles, journeys and enrollments")
