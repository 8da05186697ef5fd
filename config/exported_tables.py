"""What a person's archive (PIPL art. 45) says of each table: the section with its rows, or why there is none.

tests/architecture/test_exported_tables.py holds this against the tables that an erasure empties: one that comes later
needs a line here.
"""

from collections.abc import Mapping
from typing import Final

SECTIONS: Final[Mapping[str, str]] = {
    "profiles_profile": "profile",
    "profiles_identity": "identities",
    "profiles_identityconflict": "shared_identities",
    "profiles_profilealias": "former_ids",
    "profiles_personhistory": "changes",
    "profiles_tagassignment": "tag_assignments",
    "profiles_segmentmember": "segments",
    "profiles_segmentstay": "segment_stays",
    "profiles_classspell": "classes",
    "profiles_profilemerge": "merges",
    "profiles_mergeundo": "merges",
    "profiles_mergedrows": "merges",
    "profiles_preferencerevocation": "preference_links_revoked",
    "profiles_consent": "consents",
    "profiles_event": "events",
    "workspaces_auditentry": "audit",
    "channels_app_message": "messages",
    "channels_app_receipt": "receipts",
    "channels_app_calltry": "calls",
    "channels_app_shortlink": "short_links",
    "channels_app_interaction": "interactions",
    "channels_app_creditentry": "credits",
    "channels_app_suppression": "suppressions",
    "channels_app_greeting": "greetings",
    "channels_app_groupchat": "group_chats",
    "channels_app_webhookcall": "webhook_calls",
    "journeys_enrollment": "journeys",
    "journeys_conversion": "conversions",
    "journeys_stafftask": "tasks",
}

LEFT_OUT: Final[Mapping[str, str]] = {
    "profiles_personname": "the attribute `name`, which `profile` has, once more for the search",
    "profiles_arrival": "by which former id something came that another section has",
    "profiles_computeddue": "work to do: when something is computed again",
    "profiles_computedmark": "work to do: that something is computed again",
    "profiles_segmentcheck": "work to do: that segments judge them again",
    "profiles_segmentdue": "work to do: when segments judge them again",
    "journeys_credit": "the same as `conversions`, by the rules that the review goes by at present",
    "journeys_counterfactualrun": "simulated: what did not happen to them, beside the paths that `journeys` has",
    "journeys_reviewrun": "the paths of `journeys` once more, grouped for the review",
    "journeys_inboxentry": "work to do: events, which `events` has, on their way to a run",
    "profiles_keptapart": "says something of two people, one of whom is somebody else",
    "profiles_matchsuggestion": "a guess about two people, one of whom is somebody else",
    "profiles_rejectedevent": "refused items are nobody's until they are taken, and may name others",
    "profiles_importrejection": "refused rows are nobody's until they are taken, and may name others",
    "profiles_eventproperty": "examples of the workspace's events; theirs are in `events`",
    "profiles_eventtally": "samples of the workspace's events; theirs are in `events`",
    "profiles_export": "files of many people, deleted after days",
    "profiles_import": "files of many people, deleted after days; what they said is in `changes` and `events`",
    "channels_app_followersync": "where a reading of all followers is; `identities` has who follows",
    "journeys_journeycomment": "colleagues' words about a journey",
    "profiles_erasure": "whoever is erased has no archive; the certificate is its own answer",
}
