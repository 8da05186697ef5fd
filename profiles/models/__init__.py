from profiles.models.computed import ClassSpell, Computed, ComputedDue, ComputedMark
from profiles.models.consent import Consent, ConsentText
from profiles.models.erasure import Erasure, PreferenceRevocation, Tombstone
from profiles.models.event import Event, EventKey, RejectedEvent
from profiles.models.event_catalogue import EventDefinition, EventProperty, EventTally, EventVolume
from profiles.models.exports import Export, ExportFormat, ExportState, ExportTarget
from profiles.models.history import PersonHistory
from profiles.models.identity_type import IdentityType
from profiles.models.imports import Import, ImportKey, ImportKind, ImportRejection, ImportState
from profiles.models.merge import (
    Arrival,
    KeptApart,
    MatchRun,
    MatchSuggestion,
    MergedRows,
    MergeUndo,
    ProfileAlias,
    ProfileMerge,
)
from profiles.models.person_name import PersonName
from profiles.models.profile import Identity, IdentityConflict, Profile
from profiles.models.replays import RejectedReplay
from profiles.models.segment import (
    Segment,
    SegmentCheck,
    SegmentDue,
    SegmentKind,
    SegmentMember,
    SegmentPhase,
    SegmentState,
    SegmentStay,
    SegmentWatch,
)
from profiles.models.tag import Tag, TagAssignment, TagJob

__all__ = [
    "Arrival",
    "ClassSpell",
    "Computed",
    "ComputedDue",
    "ComputedMark",
    "Consent",
    "ConsentText",
    "Erasure",
    "Event",
    "EventDefinition",
    "EventKey",
    "EventProperty",
    "EventTally",
    "EventVolume",
    "Export",
    "ExportFormat",
    "ExportState",
    "ExportTarget",
    "Identity",
    "IdentityConflict",
    "IdentityType",
    "Import",
    "ImportKey",
    "ImportKind",
    "ImportRejection",
    "ImportState",
    "KeptApart",
    "MatchRun",
    "MatchSuggestion",
    "MergeUndo",
    "MergedRows",
    "PersonHistory",
    "PersonName",
    "PreferenceRevocation",
    "Profile",
    "ProfileAlias",
    "ProfileMerge",
    "RejectedEvent",
    "RejectedReplay",
    "Segment",
    "SegmentCheck",
    "SegmentDue",
    "SegmentKind",
    "SegmentMember",
    "SegmentPhase",
    "SegmentState",
    "SegmentStay",
    "SegmentWatch",
    "Tag",
    "TagAssignment",
    "TagJob",
    "Tombstone",
]
