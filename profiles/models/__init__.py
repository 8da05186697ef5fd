from profiles.models.consent import Consent
from profiles.models.event import Event, RejectedEvent
from profiles.models.profile import Identity, IdentityConflict, Profile

__all__ = ["Consent", "Event", "Identity", "IdentityConflict", "Profile", "RejectedEvent"]
