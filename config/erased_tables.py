"""What an erasure does with each table: a decision for every one that has texts, or a person's id.

tests/architecture/test_erased_tables.py holds this against the models: a table that comes later needs a line here.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Decision(StrEnum):
    REMOVED = "rows of the person are removed"
    EMPTIED = "rows of the person stay, without what identifies them"
    SEARCHED = "rows are nobody's; where the person is named, the name is blackened"
    REPORTED = "settings: a mention is reported, an operator removes it"
    NOBODY = "names nobody"


_TABLES: Final[Mapping[Decision, str]] = {
    Decision.REMOVED: """
        profiles_arrival profiles_classspell profiles_computeddue profiles_computedmark profiles_identity
        profiles_identityconflict profiles_importrejection profiles_keptapart profiles_matchsuggestion profiles_mergedrows
        profiles_mergeundo profiles_personhistory profiles_personname profiles_preferencerevocation profiles_profile profiles_profilealias
        profiles_profilemerge profiles_rejectedevent profiles_segmentcheck profiles_segmentdue profiles_segmentmember
        profiles_segmentstay profiles_tagassignment channels_app_interaction journeys_counterfactualrun journeys_inboxentry
    """,
    Decision.EMPTIED: """
        profiles_consent profiles_event profiles_eventproperty profiles_eventtally profiles_export profiles_import
        channels_app_calltry channels_app_creditentry channels_app_followersync channels_app_greeting
        channels_app_groupchat channels_app_message channels_app_receipt channels_app_shortlink channels_app_suppression
        channels_app_webhookcall journeys_conversion journeys_credit journeys_enrollment journeys_journeycomment journeys_reviewrun journeys_stafftask
        workspaces_auditentry profiles_erasure
    """,
    Decision.SEARCHED: """
        profiles_eventdefinition profiles_eventvolume profiles_matchrun profiles_rejectedreplay profiles_segmentstate profiles_tagjob
        channels_app_accesstoken channels_app_alert channels_app_contactsync channels_app_contactway channels_app_corptag
        channels_app_mediafile channels_app_qrcode channels_app_sendingrules channels_app_sendingstop channels_app_staff
        channels_app_welcomemessage journeys_counterfactual journeys_enrollmentevent journeys_forecast journeys_journeyapproval
        journeys_journeychange journeys_launch journeys_massact journeys_nodecounter journeys_reviewpath
        journeys_reviewanswer journeys_reviewmeasure journeys_reviewmessageblock journeys_reviewmessagetally journeys_reviewprogress
        journeys_reviewrefund journeys_reviewreportrun journeys_reviewretention journeys_reviewsales journeys_reviewstay
        journeys_runscript journeys_variantchoice
    """,
    Decision.REPORTED: """
        channels_app_channelaccount channels_app_signature channels_app_template journeys_journey journeys_journeyfolder
        journeys_journeyversion journeys_reviewcosts journeys_reviewdefinition journeys_reviewreport journeys_reviewrules
        journeys_savedplay
        profiles_computed profiles_consenttext profiles_identitytype profiles_segment profiles_segmentwatch profiles_tag
        workspaces_apikey workspaces_privacysettings workspaces_retentionrun
    """,
    # Hashes, sums and states.
    Decision.NOBODY: """
        channels_app_webhooksecret journeys_entrytally journeys_reviewtally profiles_eventkey profiles_importkey
        profiles_tombstone workspaces_membership workspaces_workspace
    """,
}
DECISIONS: Final[Mapping[str, Decision]] = {
    table: decision for decision, tables in _TABLES.items() for table in tables.split()
}
