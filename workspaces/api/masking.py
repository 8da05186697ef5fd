"""Who sees personal data in the clear, and what the others are shown.

People see it by their role; a program with a key sees it, because that is what its key was given for. Whoever forgets to
say for whom something is shown shows it masked.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from rest_framework.response import Response

from workspaces import audit
from workspaces.choices import Scope
from workspaces.masking import mask_address, mask_identity, mask_json
from workspaces.models import AuditAction
from workspaces.principal import ApiClient, may, membership_of, workspace_of
from workspaces.privacy import PrivacyRules, rules_of

if TYPE_CHECKING:
    from rest_framework.request import Request

_CACHE = "zhitu.privacy_rules"
MOST_NAMED = 200


def rules_for(request: "HttpRequest | Request") -> PrivacyRules:
    """Return the rules of the caller's workspace; asked several times, the database is asked once."""
    known: PrivacyRules | None = request.META.get(_CACHE)
    if known is None:
        workspace = workspace_of(request)
        known = rules_of(workspace.pk) if workspace else PrivacyRules()
        request.META[_CACHE] = known
    return known


def sees_clear(request: "HttpRequest | Request | None") -> bool:
    if request is None:
        return False
    if isinstance(request.user, ApiClient):
        return True
    membership = membership_of(request) if request.user.is_authenticated else None
    return membership is not None and membership.role in rules_for(request).clear_roles


def may_unmask(request: "HttpRequest | Request") -> bool:
    if isinstance(request.user, ApiClient):
        return may(request, Scope.READ)
    membership = membership_of(request) if request.user.is_authenticated else None
    return membership is not None and membership.role in rules_for(request).unmask_roles


def masked(
    shown: dict[str, Any],
    context: Mapping[str, Any],
    *,
    addresses: Iterable[str] = (),
    identities: Iterable[str] = (),
    objects: Iterable[str] = (),
    names: Iterable[str] = (),
) -> dict[str, Any]:
    """Mask fields of a serializer's answer unless the request of its `context` may see them, or it says `clear`.

    `addresses` are texts, `identities` objects of type → value, `objects` any JSON or text, `names` what people are called.
    """
    request = context.get("request")
    if context.get("clear") or sees_clear(request):
        return shown
    keys = keys_for(request)
    for field in addresses:
        shown[field] = mask_address(shown[field] or "")
    for field in identities:
        shown[field] = {type_: mask_identity(type_, value) for type_, value in shown[field].items()}
    for field in objects:
        shown[field] = mask_json(shown[field], keys)
    for field in names:
        shown[field] = mask_json({"name": shown[field]}, {"name"})["name"]
    return shown


def keys_for(request: "HttpRequest | Request | None") -> frozenset[str]:
    """The keys whose values are masked whole for this caller; none for who sees everything in the clear."""
    if sees_clear(request):
        return frozenset()
    return frozenset(rules_for(request).personal_keys if request is not None else PrivacyRules().personal_keys)


def note_rows_seen(request: "HttpRequest | Request", what: str, count: int, now: datetime, subject: str = "") -> None:
    """As `note_seen`, of rows about people who are not known by an id: of a file, or that were refused."""
    workspace = workspace_of(request)
    if not count or workspace is None or isinstance(request.user, ApiClient) or not sees_clear(request):
        return
    audit.record(
        workspace.pk, AuditAction.VIEWED, now, by=request, subject=subject, data={"what": what, "count": count}
    )


def note_seen(request: "HttpRequest | Request", what: str, profile_ids: Iterable[UUID], now: datetime) -> None:
    """Write down that somebody signed in was shown people in the clear. Masked views and programs are not written down."""
    ids = list(dict.fromkeys(profile_ids))
    workspace = workspace_of(request)
    if not ids or workspace is None or isinstance(request.user, ApiClient) or not sees_clear(request):
        return
    one = ids[0] if len(ids) == 1 else None
    data: dict[str, Any] = {"what": what}
    if one is None:
        data |= {"people": [str(id_) for id_ in ids[:MOST_NAMED]], "count": len(ids)}
    audit.record(workspace.pk, AuditAction.VIEWED, now, by=request, profile_id=one, data=data)


class NotesWhoIsSeen:
    """For a viewset whose rows are about people: whom it shows in the clear to somebody signed in is written down.

    `person` names the field of a row that is the profile's id.
    """

    seen_as: ClassVar[str]
    person: ClassVar[str] = "profile_id"

    def finalize_response(self, request: "Request", response: Response, *args: Any, **kwargs: Any) -> Response:
        # Not by wrapping `list` and `retrieve`: a router would give them to viewsets that have none.
        action = getattr(self, "action", None)
        if response.status_code == HTTPStatus.OK and action in ("list", "retrieve"):
            rows = response.data["results"] if action == "list" else [response.data]
            note_seen(request, self.seen_as, [UUID(str(row[self.person])) for row in rows], timezone.now())
        answer: Response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]  # the view's
        return answer
