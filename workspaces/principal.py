"""Who is asking: a person with a session or a program with a key, and in which workspace."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.http import HttpRequest

from workspaces.choices import Role, Scope
from workspaces.models import ApiKey, Membership, Workspace

if TYPE_CHECKING:
    from rest_framework.request import Request

SESSION_WORKSPACE = "workspace"
_CACHE = "zhitu.membership"
ADMINISTERING_ROLES = frozenset({Role.OWNER, Role.ADMIN})
WRITING_ROLES = frozenset({Role.OWNER, Role.ADMIN, Role.OPERATOR})


@dataclass(frozen=True)
class ApiClient:
    """The `request.user` of a request made with a key."""

    key: ApiKey
    is_authenticated: bool = True
    is_anonymous: bool = False
    is_active: bool = True
    is_staff: bool = False
    is_superuser: bool = False
    pk: None = None

    def __str__(self) -> str:
        return f"key {self.key.prefix}"


def membership_of(request: "HttpRequest | Request") -> Membership | None:
    """Return the signed-in user's membership: of the workspace chosen in the session, else of their oldest one.

    Asked several times while one request is answered, the database is asked once.
    """
    user_id = cast("int", request.user.pk)
    known: tuple[int, Membership | None] | None = request.META.get(_CACHE)
    if known is None or known[0] != user_id:
        known = request.META[_CACHE] = user_id, _find_membership(user_id, request.session.get(SESSION_WORKSPACE))
    return known[1]


def _find_membership(user_id: int, chosen: str | None) -> Membership | None:
    memberships = (
        Membership.objects.select_related("workspace").filter(user_id=user_id, active=True).order_by("created_at", "pk")
    )
    return (memberships.filter(workspace_id=chosen).first() if chosen else None) or memberships.first()


def workspace_of(request: "HttpRequest | Request") -> Workspace | None:
    """Return the one workspace that this request may see, or None."""
    user = request.user
    if isinstance(user, ApiClient):
        return user.key.workspace
    if not user.is_authenticated:
        return None
    membership = membership_of(request)
    return membership.workspace if membership else None


def may(request: "HttpRequest | Request", scope: Scope) -> bool:
    """Tell whether a key's scopes or a member's role allow `scope`."""
    user = request.user
    if isinstance(user, ApiClient):
        return scope in user.key.scopes
    if not user.is_authenticated:
        return False
    membership = membership_of(request)
    return membership is not None and (scope == Scope.READ or membership.role in WRITING_ROLES)


def may_administer(request: "HttpRequest | Request") -> bool:
    """Tell whether this is a person who administers the workspace; a key never does."""
    if isinstance(request.user, ApiClient) or not request.user.is_authenticated:
        return False
    membership = membership_of(request)
    return membership is not None and membership.role in ADMINISTERING_ROLES
