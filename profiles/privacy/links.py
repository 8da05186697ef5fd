"""Links to a person's preference page: signed, for a time, revocable, and without anything that says who they are."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from profiles.models import PreferenceRevocation, Profile, ProfileAlias
from workspaces.errors import DomainError
from workspaces.privacy import rules_of

SALT = "profiles.preferences"
# Instants inside a token are seconds; a revocation counts to the end of its second.
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Opened:
    """Whose link it is, and when it was made."""

    profile: Profile
    made_at: datetime


def token_of(profile_id: UUID, days: int, now: datetime) -> str:
    made = int(now.timestamp())
    return signing.dumps([profile_id.hex, made, made + days * 86400], salt=SALT)


def preference_url(workspace_id: UUID, profile_id: UUID, now: datetime) -> str:
    """Return the address of a person's page, good for as long as the workspace's rules say."""
    return url_for(profile_id, rules_of(workspace_id).link_days, now)


def url_for(profile_id: UUID, days: int, now: datetime) -> str:
    return f"{settings.PUBLIC_URL}{reverse('preferences', args=[token_of(profile_id, days, now)])}"


def read(token: str, now: datetime) -> Opened:
    """Return whose page a link opens. Raises DomainError `invalid_link`, `link_expired` or `link_revoked`."""
    try:
        profile_hex, made, until = signing.loads(token, salt=SALT)
        profile_id, made_at = UUID(profile_hex), datetime.fromtimestamp(made, UTC)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise DomainError("invalid_link", "The link is not one of ours.", status=404) from error
    if now.timestamp() > until:
        raise DomainError("link_expired", "The link has expired.", status=410)
    # A link lives longer than a person who is merged: it opens the page of whom they have become.
    profile_id = ProfileAlias.objects.filter(pk=profile_id).values_list("profile_id", flat=True).first() or profile_id
    profile = Profile.objects.select_related("workspace").filter(pk=profile_id).first()
    if profile is None:
        raise DomainError("invalid_link", "The link is not one of ours.", status=404)
    if PreferenceRevocation.objects.filter(profile=profile, before__gte=made_at).exists():
        raise DomainError("link_revoked", "The link has been revoked.", status=410)
    return Opened(profile, made_at)


def revoke(profile: Profile, now: datetime) -> None:
    """End every link that was made up to now."""
    before = now.replace(microsecond=0)
    PreferenceRevocation.objects.update_or_create(
        profile=profile, defaults={"workspace_id": profile.workspace_id, "before": before}
    )
