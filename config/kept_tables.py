"""How long each table that says something of people is kept: the category of retention, or why it has none.

tests/architecture/test_kept_tables.py holds this against the tables that an erasure empties.
"""

from collections.abc import Mapping
from typing import Final

CATEGORIES: Final[Mapping[str, str]] = {
    "profiles_event": "events",
    "profiles_rejectedevent": "rejected_events",
    "profiles_matchsuggestion": "match_suggestions",
    "profiles_profilemerge": "merges",
    "profiles_mergeundo": "merges",
    "profiles_mergedrows": "merges",
    "profiles_import": "import_files",
    "profiles_importrejection": "import_files",
    "profiles_export": "export_files",
    "channels_app_message": "message_bodies",
    "channels_app_receipt": "receipts",
    "channels_app_shortlink": "short_links",
    "channels_app_interaction": "interactions",
    "channels_app_suppression": "lifted_suppressions",
    "workspaces_auditentry": "audit",
}

_PERSON: Final = "the person themselves: until they are erased"
_MADE_OF: Final = "what is known of a person, and since when, is made of it"
_WORK: Final = "work to do, gone when it is done"
_PROOF: Final = "proof: the burden is the handler's (PIPL art. 14, 69)"
_FIGURES: Final = "counts and sums rest on it; an erasure empties it"
WITHOUT_END: Final[Mapping[str, str]] = {
    "profiles_profile": _PERSON,
    "profiles_identity": _PERSON,
    "profiles_personname": _PERSON,
    "profiles_profilealias": _PERSON,
    "profiles_identityconflict": "how many people a value was seen with decides whether it is shared",
    "profiles_keptapart": "what somebody has said to be two people stays two",
    # A late older trait, `held`, a merge and its undoing fold all changes anew; the present attributes are their sum.
    "profiles_personhistory": _MADE_OF,
    "profiles_tagassignment": _MADE_OF,
    "profiles_segmentmember": _MADE_OF,
    "profiles_segmentstay": "who was in a segment at any instant is asked of it",
    "profiles_classspell": "movement between classes is counted from it",
    "profiles_arrival": "which of two people something is given back to when a merge is undone",
    "profiles_preferencerevocation": "links that were ended stay ended",
    "profiles_consent": _PROOF,
    "profiles_erasure": _PROOF,
    "profiles_computeddue": _WORK,
    "profiles_computedmark": _WORK,
    "profiles_segmentcheck": _WORK,
    "profiles_segmentdue": _WORK,
    "profiles_eventtally": _WORK,
    "journeys_inboxentry": _WORK,
    "channels_app_followersync": "one row a reading of an account's followers, and where it is",
    "profiles_eventproperty": "masked examples of the newest events; later ones take their place",
    "channels_app_groupchat": "who is in a group, as the vendor says at present",
    "channels_app_calltry": _FIGURES,
    "channels_app_creditentry": "a ledger whose balance is the sum of all entries",
    "channels_app_greeting": _FIGURES,
    "channels_app_webhookcall": _FIGURES,
    "journeys_enrollment": "where people are and were in journeys is folded from its stream, which is append-only",
    "journeys_conversion": _FIGURES,
    "journeys_credit": _FIGURES,
    "journeys_reviewrun": _FIGURES,
    "journeys_counterfactualrun": "what a simulation found of a run; it goes with the simulation",
    "journeys_stafftask": _FIGURES,
    "journeys_journeycomment": "colleagues' words about a journey, for as long as it is there",
}
