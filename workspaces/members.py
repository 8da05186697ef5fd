"""Who may work in a workspace, and as what."""

import secrets
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction

from workspaces.choices import Role
from workspaces.errors import DomainError
from workspaces.models import Membership, Workspace
from workspaces.principal import ADMINISTERING_ROLES

PASSWORD_BYTES: Final = 12


@dataclass(frozen=True, slots=True)
class Added:
    """`password` is of a user who is new to the installation; nobody can read it again."""

    membership: Membership
    password: str | None


def add_member(workspace: Workspace, by: Membership, username: str, name: str, role: str) -> Added:
    """Make somebody a member, with a first password if the installation does not know them yet.

    Raises DomainError `member_exists`, `owner_required`.
    """
    _demand_owner(by, role)
    with transaction.atomic():
        Workspace.objects.select_for_update().get(pk=workspace.pk)
        user, password = User.objects.filter(username__iexact=username).first(), None
        if user is None:
            password = secrets.token_urlsafe(PASSWORD_BYTES)
            user = User.objects.create_user(username, password=password, first_name=name)
        elif Membership.objects.filter(workspace=workspace, user=user).exists():
            raise DomainError("member_exists", "This user is a member already.", "username", status=409)
        membership = Membership.objects.create(workspace=workspace, user=user, role=role)
    return Added(membership, password)


def change_member(
    membership: Membership, by: Membership, *, role: str | None = None, active: bool | None = None
) -> Membership:
    """Give a member another role, or shut them out or let them in again. What is None stays.

    Raises DomainError `owner_required` if only an owner may; `last_owner`, `last_admin` if nobody would be left.
    """
    with transaction.atomic():
        # One after the other: two who demote each other at once would leave nobody.
        Workspace.objects.select_for_update().get(pk=membership.workspace_id)
        membership = Membership.objects.select_related("user").get(pk=membership.pk)
        before = membership.role
        membership.role = before if role is None else role
        membership.active = membership.active if active is None else active
        if membership.role != before or active is not None:
            _demand_owner(by, before, membership.role)
        others = Membership.objects.filter(workspace_id=membership.workspace_id, active=True).exclude(pk=membership.pk)
        left = [*others.values_list("role", flat=True), *([membership.role] if membership.active else [])]
        if before == Role.OWNER and Role.OWNER not in left:
            raise DomainError("last_owner", "A workspace has an owner: make somebody else one first.", status=409)
        if ADMINISTERING_ROLES.isdisjoint(left):
            raise DomainError("last_admin", "Nobody would be left who administers the workspace.", status=409)
        membership.save(update_fields=["role", "active"])
    return membership


def _demand_owner(by: Membership, *roles: str) -> None:
    if Role.OWNER in roles and by.role != Role.OWNER:
        raise DomainError("owner_required", "Only an owner makes or changes an owner.", status=403)
