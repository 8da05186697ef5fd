import base64
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from rest_framework.test import APIClient

from workspaces.choices import Role
from workspaces.models import Membership, Workspace

URL = "/api/v1/channels/webhook-secret/"


def signed_in(workspace: Workspace, role: Role) -> APIClient:
    user = User.objects.create_user(f"of {role}", password="a secret of theirs")
    Membership.objects.create(workspace=workspace, user=user, role=role)
    client = APIClient()
    client.force_login(user)
    return client


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN])
def test_an_administrator_sees_one_secret_and_replaces_it(workspace: Workspace, role: Role) -> None:
    administrator = signed_in(workspace, role)
    first = administrator.get(URL)
    assert first.status_code == 200, first.content
    assert administrator.get(URL).json() == first.json()
    assert first["cache-control"] == "no-store"
    secret = first.json()["secret"]
    assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32
    second = administrator.post(f"{URL}rotate/").json()
    assert second["secret"] != secret
    assert second["previous_until"] > second["rotated_at"]


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.VIEWER])
def test_nobody_else_does(workspace: Workspace, role: Role) -> None:
    client = signed_in(workspace, role)
    assert client.get(URL).status_code == 403
    assert client.post(f"{URL}rotate/").status_code == 403


def test_no_key_does(client: APIClient) -> None:
    assert client.get(URL).status_code == 403


def test_the_database_does_not_show_it(workspace: Workspace) -> None:
    secret = signed_in(workspace, Role.OWNER).get(URL).json()["secret"]
    with connection.cursor() as cursor:
        cursor.execute("select secrets from channels_app_webhooksecret")
        stored: Any = cursor.fetchone()[0]
    assert secret not in stored
    assert secret.removeprefix("whsec_") not in stored
