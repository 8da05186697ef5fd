"""What a person sees and does on their preference page: every choice is an entry of the ledger, with its proof."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.core import signing
from django.db import transaction

from profiles import consent
from profiles.choices import ConsentStatus, Purpose
from profiles.consent import ConsentEntry, newest_entries
from profiles.locks import lock_people
from profiles.models import Consent, ConsentText, Profile
from profiles.privacy import texts
from workspaces.errors import DomainError
from workspaces.privacy import digest, settings_of

SOURCE = "preference_page"
STATE_SALT = "profiles.preferences.state"
# How long a page may lie open before what it grants must be asked again.
STATE_GOOD_FOR = 3600
MOST_AGENT = 200
ALL = "all"


@dataclass(frozen=True, slots=True)
class Choice:
    """One channel and purpose: what holds, since when, by which text, and the text that a grant now would name."""

    channel: str
    purpose: str
    status: str
    at: datetime | None
    text_version: str
    text: ConsentText | None


@dataclass(frozen=True, slots=True)
class Visitor:
    """What is kept of whoever pressed the button."""

    ip: str
    agent: str
    language: str
    link_made_at: datetime


def choices_of(profile: Profile) -> list[Choice]:
    """Every channel and purpose that the ledger knows of the person, or that a published text asks about."""
    held = {(e.channel, e.purpose): e for e in newest_entries(Consent.objects.filter(profile=profile))}
    asked = ConsentText.objects.filter(workspace_id=profile.workspace_id, published_at__isnull=False).exclude(
        channel=""
    )
    keys = sorted({*held, *asked.values_list("channel", "purpose")})
    found = []
    for channel, purpose in keys:
        entry = held.get((channel, purpose))
        found.append(
            Choice(
                channel,
                purpose,
                entry.status if entry else "",
                entry.at if entry else None,
                entry.text_version if entry else "",
                texts.in_force(profile.workspace_id, channel, purpose),
            )
        )
    return found


def state_of(profile: Profile) -> str:
    """Sign what the page showed: a grant counts only for the ledger and the texts that the person was looking at."""
    return signing.TimestampSigner(salt=STATE_SALT).sign(_fingerprint(profile.pk, choices_of(profile)))


def change(profile: Profile, act: str, state: str, visitor: Visitor, now: datetime) -> None:
    """Do what a button says: `grant:<channel>:<purpose>`, `withdraw:<channel>:<purpose>` or `withdraw:all`.

    A withdrawal counts whenever it comes, also from a page that is out of date, and twice is as once (PIPL art. 15). A
    grant needs the state of a page that is still true: a copied request cannot undo a later withdrawal. Raises
    DomainError `unknown_act` or `page_out_of_date`.
    """
    verb, _, rest = act.partition(":")
    with transaction.atomic():
        lock_people(profile.workspace_id, [profile.pk])
        shown = choices_of(profile)
        if verb == "withdraw" and rest == ALL:
            wanted = [choice for choice in shown if choice.purpose == Purpose.MARKETING]
        else:
            wanted = [choice for choice in shown if f"{choice.channel}:{choice.purpose}" == rest]
        if verb not in ("grant", "withdraw") or not (wanted or act == f"withdraw:{ALL}"):
            raise DomainError("unknown_act", "There is no such choice.", status=400)
        if verb == "grant":
            _check_state(state, profile.pk, shown)
        status = ConsentStatus.GRANTED if verb == "grant" else ConsentStatus.WITHDRAWN
        entries = [_entry(choice, status, profile, visitor, now) for choice in wanted if choice.status != status]
        if entries:
            consent.record(profile.workspace, profile.pk, entries, now)


def _entry(choice: Choice, status: ConsentStatus, profile: Profile, visitor: Visitor, now: datetime) -> ConsentEntry:
    salt = bytes(settings_of(profile.workspace_id, now).salt)
    proof = {
        "ip_hash": digest(salt, "ip", visitor.ip),
        "agent": visitor.agent[:MOST_AGENT],
        "language": visitor.language,
        "link_made_at": visitor.link_made_at.isoformat(),
        "via": SOURCE,
    }
    if choice.text is not None:
        proof["text_digest"] = choice.text.digest
    version = choice.text.code if choice.text else choice.text_version
    return ConsentEntry(choice.channel, choice.purpose, status, SOURCE, now, version, proof, confirmed=True)


def _check_state(state: str, profile_id: UUID, shown: Sequence[Choice]) -> None:
    try:
        seen = signing.TimestampSigner(salt=STATE_SALT).unsign(state, max_age=STATE_GOOD_FOR)
    except signing.BadSignature as error:
        raise DomainError("page_out_of_date", "The page is out of date.", status=409) from error
    if seen != _fingerprint(profile_id, shown):
        raise DomainError("page_out_of_date", "The page is out of date.", status=409)


def _fingerprint(profile_id: UUID, shown: Sequence[Choice]) -> str:
    parts = [f"{c.channel}:{c.purpose}:{c.status}:{c.at}:{c.text.digest if c.text else ''}" for c in shown]
    return sha256("\n".join([profile_id.hex, *parts]).encode()).hexdigest()
