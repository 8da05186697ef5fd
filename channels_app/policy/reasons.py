"""Why a message is not sent, in the words of the contract."""

from enum import StrEnum


class Reason(StrEnum):
    NO_CONSENT = "no_consent"
    OPTED_OUT = "opted_out"
    QUIET_HOURS = "quiet_hours"
    FREQUENCY_CAP = "frequency_cap"
    QUOTA = "quota"
    NO_IDENTITY = "no_identity"
    TEMPLATE_NOT_APPROVED = "template_not_approved"
