from profiles.models.consent import Consent
from profiles.models.event import Event, RejectedEvent
from profiles.models.profile import Identity, IdentityConflict, Profile
from profiles.models.segment import Segment, SegmentCheck, SegmentMember

__all__ = [
    "Consent",
    "Event",
    "Identity",
    "IdentityConflict",
    "Profile",
    "RejectedEvent",
    "Segment",
    "SegmentCheck",
    "SegmentMember",
]
