from django.db import models
from django.utils.translation import gettext_lazy as _


class ConsentStatus(models.TextChoices):
    GRANTED = "granted", _("Granted")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    # Double opt-in: granted, and not yet confirmed by the person; no consent to marketing.
    PENDING = "pending", _("Waiting for confirmation")


class ErasureState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Purpose(models.TextChoices):
    MARKETING = "marketing", _("Marketing")
    SERVICE = "service", _("Service")


class TagKind(models.TextChoices):
    """Who gives a tag."""

    MANUAL = "manual", _("Manual")
    RULE = "rule", _("Rule")
    IMPORT = "import", _("Import")
    MODEL = "model", _("Model")


class TagValueType(models.TextChoices):
    NONE = "none", _("Without a value")
    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
    BOOLEAN = "boolean", _("Boolean")


class TagSource(models.TextChoices):
    """How somebody came to a tag. `direct`: by a change of the person, through the profile API or a journey."""

    MANUAL = "manual", _("Manual")
    RULE = "rule", _("Rule")
    IMPORT = "import", _("Import")
    MODEL = "model", _("Model")
    DIRECT = "direct", _("Direct")


class TagEnd(models.TextChoices):
    """Why somebody does not have a tag any more, or not with this value."""

    REMOVED = "removed", _("Removed")
    REPLACED = "replaced", _("Replaced")
    EXPIRED = "expired", _("Expired")


class TagAction(models.TextChoices):
    ASSIGN = "assign", _("Assign")
    UNASSIGN = "unassign", _("Unassign")
    DELETE = "delete", _("Delete")


class JobState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class ComputedKind(models.TextChoices):
    ATTRIBUTE = "attribute", _("Attribute")
    RFM = "rfm", _("RFM")
    LIFECYCLE = "lifecycle", _("Lifecycle")
    CLV = "clv", _("Customer lifetime value")


class Joins(models.TextChoices):
    """Whom a value joins that is seen on two people."""

    PEOPLE = "people", _("Makes two people one")
    ANONYMOUS = "anonymous", _("Takes in somebody who is known by such ids alone")
    NOBODY = "nobody", _("Is shared: never joins")


class Normalisation(models.TextChoices):
    """How a value is brought into the form in which it is compared; `trim` is always done."""

    TRIM = "trim", _("Trimmed")
    LOWER = "lower", _("Lower case")
    UPPER = "upper", _("Upper case")
    DIGITS = "digits", _("Digits alone")
    PHONE = "phone", _("Phone number, E.164")
    EMAIL = "email", _("Email address")


class ConflictReason(models.TextChoices):
    """Why two people whom an identity names both were not made one."""

    SHARED_TYPE = "shared_type", _("Ids of this type are shared")
    ONE_PER_PERSON = "one_per_person", _("Each has an id of which a person has one")
    TOO_MANY_IDENTITIES = "too_many_identities", _("The person would have too many ids")
    TOO_MANY_PEOPLE = "too_many_people", _("The value was seen with too many people")
    KEPT_APART = "kept_apart", _("Somebody has said that they are two")


class MergeOrigin(models.TextChoices):
    FACT = "fact", _("By a fact")
    HAND = "hand", _("By hand")
    SUGGESTION = "suggestion", _("By an accepted suggestion")


class SuggestionState(models.TextChoices):
    OPEN = "open", _("Open")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")


class RejectedState(models.TextChoices):
    OPEN = "open", _("Open")
    TAKEN = "taken", _("Taken after all")
    DUPLICATE = "duplicate", _("Known already")
    DISCARDED = "discarded", _("Discarded")


class ValueType(models.TextChoices):
    """What a property's value is, as rules read it."""

    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
    BOOLEAN = "boolean", _("Yes or no")
    INSTANT = "instant", _("Instant")
    LIST = "list", _("List")
    OBJECT = "object", _("Object")
    NULL = "null", _("Empty")
