"""People are masked by role, wherever they are shown; seeing them in the clear is an act that is written down."""

import pytest
from rest_framework.test import APIClient

from profiles.models import Profile
from tests.api.conftest import SignIn
from tests.fixtures.world import T0
from tests.integration.channels_app.simulated import make_account, make_messages, make_template
from workspaces.models import AuditEntry, Workspace

pytestmark = pytest.mark.django_db
IN_THE_CLEAR = ("13800138000", "wang.wei@", "oABCDEFGH123456789", "王小明")


def audited() -> list[tuple[str, str, str]]:
    return [(e.actor, e.action, e.reason) for e in AuditEntry.objects.order_by("id")]


@pytest.mark.parametrize("role", ["operator", "viewer"])
def test_a_person_is_masked_for_roles_that_do_not_see_people(sign_in: SignIn, person: str, role: str) -> None:
    shown = sign_in(role).get(f"/api/v1/profiles/{person}/")
    assert shown.json()["identities"] == {
        "phone": "+86138****8000",
        "email": "w****@example.com",
        "wechat_openid": "oAB****89",
    }
    assert shown.json()["attributes"] == {
        "name": "王****",
        "city": "上海",
        "note": "回电 138****8000",
        "age": 30,
        "nested": {"mobile": "****"},
    }
    assert audited() == []


@pytest.mark.parametrize(
    "path",
    ["/api/v1/profiles/", "/api/v1/profiles/?search=13800138000", "/api/v1/profiles/{person}/timeline/"],
)
def test_no_list_shows_them_in_the_clear(client: APIClient, sign_in: SignIn, person: str, path: str) -> None:
    event = {
        "name": "call",
        "identities": {"phone": "13800138000"},
        "properties": {"to": "13800138000", "name": "王小明"},
    }
    client.post("/api/v1/events/", {"events": [event]})
    shown = sign_in("operator").get(path.format(person=person))
    assert shown.status_code == 200
    assert shown.json()["results"]
    assert not [text for text in IN_THE_CLEAR if text in shown.content.decode()]


def test_a_number_cannot_be_found_digit_by_digit(sign_in: SignIn, person: str) -> None:
    operator = sign_in("operator")
    assert operator.get("/api/v1/profiles/?search=%2B861380").json()["results"] == []
    assert len(operator.get("/api/v1/profiles/?search=138 0013 8000").json()["results"]) == 1


def test_samples_of_rules_are_masked(sign_in: SignIn, person: str) -> None:
    rule = {"op": "attribute", "key": "city", "cmp": "eq", "value": "上海"}
    shown = sign_in("operator").post("/api/v1/segments/preview/", {"rule": rule})
    assert shown.json()["count"] == 1
    assert not [text for text in IN_THE_CLEAR if text in shown.content.decode()]


def test_an_administrator_sees_in_the_clear_and_that_is_written_down(sign_in: SignIn, person: str) -> None:
    admin = sign_in("admin")
    assert admin.get(f"/api/v1/profiles/{person}/").json()["identities"]["phone"] == "+8613800138000"
    admin.get("/api/v1/profiles/")
    first, second = AuditEntry.objects.order_by("id")
    assert (first.actor, first.action, str(first.profile_id), first.data["what"]) == (
        "a-admin", "viewed", person, "profile",
    )  # fmt: skip
    assert str(second.profile_id) == person


def test_a_key_sees_what_it_was_made_for_and_is_not_written_down(client: APIClient, person: str) -> None:
    assert client.get(f"/api/v1/profiles/{person}/").json()["identities"]["phone"] == "+8613800138000"
    assert audited() == []


def test_unmasking_needs_a_reason_and_is_written_down(sign_in: SignIn, person: str) -> None:
    operator = sign_in("operator")
    assert operator.post(f"/api/v1/profiles/{person}/unmask/", {}).status_code == 400
    shown = operator.post(f"/api/v1/profiles/{person}/unmask/", {"reason": "客户来电核对"}).json()
    assert {"type": "phone", "value": "+8613800138000"} in shown["identities"]
    assert shown["attributes"]["name"] == "王小明"
    assert audited() == [("a-operator", "unmasked", "客户来电核对")]


def test_a_viewer_may_not_unmask(sign_in: SignIn, person: str) -> None:
    assert sign_in("viewer").post(f"/api/v1/profiles/{person}/unmask/", {"reason": "x y"}).status_code == 403
    assert audited() == []


def test_messages_are_masked_and_one_can_be_unmasked(sign_in: SignIn, workspace: Workspace, person: str) -> None:
    account = make_account("http://127.0.0.1:9", workspace=workspace)
    (message,) = make_messages(
        account,
        make_template(account),
        profile_id=person,
        address="+8613800138000",
        params={"name": "王小明", "n": "1"},
        at=T0,
    )
    operator = sign_in("operator")
    (row,) = operator.get("/api/v1/messages/").json()["results"]
    assert (row["address"], row["params"]) == ("+86138****8000", {"name": "王****", "n": "1"})
    clear = operator.post(f"/api/v1/messages/{message.pk}/unmask/", {"reason": "核对内容"}).json()
    assert (clear["address"], clear["params"]["name"]) == ("+8613800138000", "王小明")
    assert audited() == [("a-operator", "unmasked", "核对内容")]


def test_roles_are_the_workspaces_to_choose(sign_in: SignIn, person: str) -> None:
    admin = sign_in("admin")
    changed = admin.patch("/api/v1/privacy/", {"clear_roles": ["owner", "operator"], "unmask_roles": []})
    assert changed.status_code == 200
    assert sign_in("operator").get(f"/api/v1/profiles/{person}/").json()["attributes"]["name"] == "王小明"
    assert admin.get(f"/api/v1/profiles/{person}/").json()["attributes"]["name"] == "王****"
    assert admin.post(f"/api/v1/profiles/{person}/unmask/", {"reason": "x y"}).status_code == 403


def test_the_rules_are_the_administrators_and_the_log_theirs_to_read(sign_in: SignIn, client: APIClient) -> None:
    operator = sign_in("operator")
    assert operator.patch("/api/v1/privacy/", {"link_days": 3}).status_code == 403
    assert client.patch("/api/v1/privacy/", {"link_days": 3}).status_code == 403
    assert operator.get("/api/v1/audit/").status_code == 403
    admin = sign_in("admin")
    admin.patch("/api/v1/privacy/", {"link_days": 3})
    (entry,) = admin.get("/api/v1/audit/?action=rules_changed").json()["results"]
    assert entry["data"] == {"link_days": {"from": 180, "to": 3}}


@pytest.mark.parametrize(
    "rules",
    [
        {"retention": {"audit": 10}},
        {"retention": {"nothing": 3}},
        {"clear_roles": ["king"]},
        {"link_days": 0},
        {"x": 1},
    ],
)
def test_rules_that_cannot_be_are_refused(sign_in: SignIn, rules: dict[str, object]) -> None:
    assert sign_in("owner").patch("/api/v1/privacy/", rules).status_code == 400


def test_another_workspaces_people_do_not_exist(sign_in: SignIn, other_workspace: Workspace) -> None:
    other = Profile.objects.create(workspace=other_workspace)
    admin = sign_in("admin")
    for act in ("unmask", "export", "erase"):
        assert admin.post(f"/api/v1/profiles/{other.pk}/{act}/", {"reason": "x y"}).status_code == 404
    assert audited() == []
