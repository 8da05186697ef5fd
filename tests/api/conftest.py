"""A workspace, its people and its keys, and clients that speak for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from rest_framework.test import APIClient

    from workspaces.choices import Scope
    from workspaces.models import Workspace

MakeKey = Callable[..., str]
SignIn = Callable[[str], "APIClient"]


@pytest.fixture
def workspace(db: None) -> Workspace:
    from workspaces.models import Workspace

    return Workspace.objects.create(slug="shop", name="Shop")


@pytest.fixture
def other_workspace(db: None) -> Workspace:
    from workspaces.models import Workspace

    return Workspace.objects.create(slug="other", name="Other")


@pytest.fixture
def make_key(workspace: Workspace) -> MakeKey:
    from workspaces.models import ApiKey

    def make(*scopes: Scope, of: Workspace | None = None, **fields: object) -> str:
        row = ApiKey(workspace=of or workspace, name="test", scopes=list(scopes), **fields)
        key = row.set_key()
        row.save()
        return key

    return make


@pytest.fixture
def operator(workspace: Workspace) -> User:
    from django.contrib.auth.models import User

    from workspaces.choices import Role
    from workspaces.models import Membership

    user = User.objects.create_user("li", password="secret-of-li", first_name="Li")
    Membership.objects.create(workspace=workspace, user=user, role=Role.OPERATOR)
    return user


@pytest.fixture
def client(make_key: MakeKey) -> APIClient:
    """A program with a key that may do everything."""
    from rest_framework.test import APIClient

    from workspaces.choices import Scope

    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(*Scope)}")
    return client


@pytest.fixture
def sign_in(workspace: Workspace) -> SignIn:
    """A client of a member with a role."""
    from django.contrib.auth.models import User
    from rest_framework.test import APIClient

    from workspaces.models import Membership

    def signed(role: str) -> APIClient:
        user = User.objects.create_user(f"a-{role}")
        Membership.objects.create(workspace=workspace, user=user, role=role)
        client = APIClient()
        client.force_login(user)
        return client

    return signed
