import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from workspaces.choices import Scope
from workspaces.models.base import WorkspaceOwned

KEY_PREFIX = "zt_"
USE_NOTED_EVERY = timedelta(minutes=5)


def digest(key: str) -> str:
    """Hash a key for storage. The key itself has 256 random bits, so one round of SHA-256 cannot be searched."""
    return hashlib.sha256(key.encode()).hexdigest()


class ApiKey(WorkspaceOwned):
    """A key of an API client: stored hashed, with scopes and an optional expiry."""

    name = models.CharField(max_length=100)
    prefix = models.CharField(
        max_length=12, editable=False, help_text=_("The key's first characters, to tell keys apart.")
    )
    hash = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=16, choices=Scope.choices))
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, editable=False, help_text=_("To within five minutes."))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def set_key(self, key: str | None = None) -> str:
        """Give this row a key (a new random one unless given) and return it; it cannot be read again later."""
        key = key or KEY_PREFIX + secrets.token_urlsafe(32)
        self.prefix = key[:12]
        self.hash = digest(key)
        return key

    @classmethod
    def find(cls, key: str) -> Self | None:
        """Return the row of `key`, whether or not it is still valid, or None if no row has it."""
        # Not first(): that sorts, and every call of the API asks this.
        found = cls.objects.select_related("workspace").filter(hash=digest(key))[:1]
        return next(iter(found), None)

    def note_use(self, now: datetime) -> None:
        """Write down that a call was made with it, once in five minutes: a call that reads must not cost a write."""
        if self.last_used_at is None or self.last_used_at < now - USE_NOTED_EVERY:
            type(self).objects.filter(pk=self.pk).update(last_used_at=now)

    def is_valid(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)
