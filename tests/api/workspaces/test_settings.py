"""The workspace, its members and its keys: who may change them, and what can never be."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from rest_framework.test import APIClient

from tests.api.conftest import SignIn
from workspaces.choices import Role
from workspaces.models import ApiKey, AuditEntry, Membership, Workspace

WORKSPACE, MEMBERS, KEYS = "/api/v1/workspace/", "/api/v1/members/", "/api/v1/api-keys/"


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["code"]


def member(workspace: Workspace, role: str, name: str) -> Membership:
    return Membership.objects.create(workspace=workspace, user=User.objects.create_user(name), role=role)


def acts(workspace: Workspace) -> list[tuple[str, str]]:
    return list(AuditEntry.objects.filter(workspace=workspace).order_by("id").values_list("action", "actor"))


@pytest.mark.parametrize("role", ["operator", "viewer"])
def test_who_does_not_administer_changes_nothing(
    sign_in: SignIn, client: APIClient, workspace: Workspace, role: str
) -> None:
    other = member(workspace, Role.ADMIN, "wang")
    key = ApiKey.objects.get(workspace=workspace)
    for caller in (sign_in(role), client):
        assert caller.get(WORKSPACE).status_code == 200
        for refused in (
            caller.patch(WORKSPACE, {"name": "x"}, format="json"),
            caller.get(MEMBERS),
            caller.post(MEMBERS, {"username": "new", "role": "owner"}, format="json"),
            caller.patch(f"{MEMBERS}{other.pk}/", {"role": "viewer"}, format="json"),
            caller.get(KEYS),
            caller.post(KEYS, {"name": "x", "scopes": ["write"]}, format="json"),
            caller.post(f"{KEYS}{key.pk}/revoke/"),
        ):
            assert code_of(refused) == (403, "permission_denied")
    assert acts(workspace) == []


def test_nothing_of_another_workspace_can_be_reached(sign_in: SignIn, other_workspace: Workspace) -> None:
    foreign = member(other_workspace, Role.OPERATOR, "zhao")
    key = ApiKey(workspace=other_workspace, name="x", scopes=["read"])
    key.set_key()
    key.save()
    owner = sign_in("owner")
    assert owner.patch(f"{MEMBERS}{foreign.pk}/", {"active": False}, format="json").status_code == 404
    assert owner.post(f"{KEYS}{key.pk}/revoke/").status_code == 404
    assert [row["username"] for row in owner.get(MEMBERS).json()["results"]] == ["a-owner"]
    assert owner.get(KEYS).json()["results"] == []


def test_the_zone_is_one_that_exists_and_the_change_is_written_down(sign_in: SignIn, workspace: Workspace) -> None:
    admin = sign_in("admin")
    assert code_of(admin.patch(WORKSPACE, {"timezone": "Mars/Base"}, format="json")) == (400, "unknown_time_zone")
    assert code_of(admin.patch(WORKSPACE, {"lanes": 9}, format="json")) == (400, "unknown_field")
    changed = admin.patch(WORKSPACE, {"timezone": "Europe/Berlin", "name": "Shop"}, format="json")
    assert (changed.status_code, changed.json()["timezone"]) == (200, "Europe/Berlin")
    [entry] = AuditEntry.objects.filter(workspace=workspace)
    assert entry.data == {"timezone": {"from": "Asia/Shanghai", "to": "Europe/Berlin"}}
    assert admin.get("/api/v1/session/").json()["workspace"]["timezone"] == "Europe/Berlin"


def test_a_new_member_signs_in_with_the_password_that_was_shown_once(sign_in: SignIn, workspace: Workspace) -> None:
    admin = sign_in("admin")
    added = admin.post(MEMBERS, {"username": "sun", "name": "小孙", "role": "operator"}, format="json")
    assert added.status_code == 201, added.content
    password = added.json()["password"]
    sun = APIClient()
    session = sun.post("/api/v1/session/", {"username": "sun", "password": password}, format="json").json()
    assert (session["role"], session["user"]["name"]) == ("operator", "小孙")
    assert password not in str(admin.get(MEMBERS).json())
    assert password not in str(AuditEntry.objects.get(workspace=workspace).data)
    assert code_of(admin.post(MEMBERS, {"username": "Sun", "role": "viewer"}, format="json")) == (409, "member_exists")


def test_a_user_of_another_workspace_becomes_a_member_without_a_new_password(
    sign_in: SignIn, other_workspace: Workspace
) -> None:
    member(other_workspace, Role.OWNER, "zhao")
    added = sign_in("owner").post(MEMBERS, {"username": "zhao", "role": "viewer"}, format="json")
    assert (added.status_code, added.json()["password"]) == (201, None)


def test_who_is_shut_out_sees_nothing_until_let_in_again(sign_in: SignIn, workspace: Workspace) -> None:
    owner, viewer = sign_in("owner"), sign_in("viewer")
    url = f"{MEMBERS}{Membership.objects.get(user__username='a-viewer').pk}/"
    assert owner.patch(url, {"active": False}, format="json").json()["active"] is False
    assert code_of(viewer.get("/api/v1/session/")) == (403, "no_workspace")
    assert viewer.get("/api/v1/journeys/").status_code == 403
    assert owner.patch(url, {"active": True}, format="json").status_code == 200
    assert viewer.get("/api/v1/journeys/").status_code == 200
    assert acts(workspace) == [("member_changed", "a-owner")] * 2


def test_only_an_owner_makes_or_changes_owners(sign_in: SignIn, workspace: Workspace) -> None:
    owner, admin = sign_in("owner"), sign_in("admin")
    of_owner = f"{MEMBERS}{Membership.objects.get(user__username='a-owner').pk}/"
    of_admin = f"{MEMBERS}{Membership.objects.get(user__username='a-admin').pk}/"
    refused = (403, "owner_required")
    assert code_of(admin.post(MEMBERS, {"username": "new", "role": "owner"}, format="json")) == refused
    assert code_of(admin.patch(of_owner, {"role": "viewer"}, format="json")) == refused
    assert code_of(admin.patch(of_owner, {"active": False}, format="json")) == refused
    assert code_of(admin.patch(of_admin, {"role": "owner"}, format="json")) == refused
    assert owner.patch(of_admin, {"role": "owner"}, format="json").json()["role"] == "owner"


def test_the_last_owner_and_the_last_admin_stay(sign_in: SignIn, workspace: Workspace) -> None:
    owner = sign_in("owner")
    of_owner = f"{MEMBERS}{Membership.objects.get(user__username='a-owner').pk}/"
    for change in ({"role": "admin"}, {"active": False}):
        assert code_of(owner.patch(of_owner, change, format="json")) == (409, "last_owner")
    second = member(workspace, Role.OWNER, "second")
    # One who is shut out does not count.
    Membership.objects.filter(pk=second.pk).update(active=False)
    assert code_of(owner.patch(of_owner, {"active": False}, format="json")) == (409, "last_owner")
    Membership.objects.filter(pk=second.pk).update(active=True)
    assert owner.patch(of_owner, {"role": "admin"}, format="json").status_code == 200
    Membership.objects.filter(pk=second.pk).delete()
    assert code_of(owner.patch(of_owner, {"role": "viewer"}, format="json")) == (409, "last_admin")


def test_a_key_is_shown_once_works_says_when_and_is_revoked(sign_in: SignIn, workspace: Workspace) -> None:
    admin = sign_in("admin")
    until = timezone.now() + timedelta(days=30)
    body = {"name": "商城", "scopes": ["read", "read", "track"], "expires_at": until.isoformat()}
    made = admin.post(KEYS, body, format="json")
    assert (made.status_code, made.json()["scopes"]) == (201, ["read", "track"])
    [row] = admin.get(KEYS).json()["results"]
    assert "key" not in row
    assert (row["last_used_at"], made.json()["key"].startswith(row["prefix"])) == (None, True)

    program = APIClient()
    program.credentials(HTTP_AUTHORIZATION=f"Bearer {made.json()['key']}")
    assert program.get("/api/v1/journeys/").status_code == 200
    used = ApiKey.objects.get(pk=row["id"]).last_used_at
    assert used is not None
    program.get("/api/v1/journeys/")
    assert ApiKey.objects.get(pk=row["id"]).last_used_at == used
    ApiKey.objects.filter(pk=row["id"]).update(last_used_at=used - timedelta(minutes=6))
    program.get("/api/v1/journeys/")
    assert ApiKey.objects.get(pk=row["id"]).last_used_at >= used  # type: ignore[operator]  # it was used

    revoked = admin.post(f"{KEYS}{row['id']}/revoke/").json()["revoked_at"]
    assert admin.post(f"{KEYS}{row['id']}/revoke/").json()["revoked_at"] == revoked
    assert code_of(program.get("/api/v1/journeys/")) == (401, "invalid_key")
    assert acts(workspace) == [("key_made", "a-admin"), ("key_revoked", "a-admin")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"scopes": []}, "min_length"),
        ({"scopes": ["everything"]}, "invalid_choice"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "past"),
        ({"expires_at": "2030-01-01"}, "invalid_instant"),
        ({"hash": "x"}, "unknown_field"),
    ],
)
def test_a_key_without_sense_is_refused(sign_in: SignIn, change: dict[str, Any], code: str) -> None:
    answer = sign_in("admin").post(KEYS, {"name": "x", "scopes": ["read"], **change}, format="json")
    assert code_of(answer) == (400, code)
