import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from tests.api.conftest import MakeKey
from workspaces.choices import Role, Scope
from workspaces.models import AuditAction, AuditEntry, Membership, Workspace

URL = "/api/v1/session/"
LOGIN = {"username": "li", "password": "secret-of-li"}


@pytest.fixture
def browser() -> APIClient:
    return APIClient(enforce_csrf_checks=True)


def test_a_visitor_is_told_to_sign_in_and_gets_the_csrf_cookie(browser: APIClient, db: None) -> None:
    answer = browser.get(URL)
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == "not_authenticated"
    assert "csrftoken" in answer.cookies


def test_signing_in_and_out(browser: APIClient, operator: User, workspace: Workspace) -> None:
    answer = browser.post(URL, LOGIN)
    assert answer.status_code == 200, answer.content
    assert answer.json() == {
        "user": {"id": operator.pk, "username": "li", "name": "Li"},
        "workspace": {"id": str(workspace.id), "slug": "shop", "name": "Shop", "timezone": "Asia/Shanghai"},
        "role": "operator",
    }
    assert browser.get(URL).json() == answer.json()
    assert browser.delete(URL).status_code == 403, "without the CSRF token"
    assert browser.delete(URL, HTTP_X_CSRFTOKEN=browser.cookies["csrftoken"].value).status_code == 204
    assert browser.get(URL).status_code == 401


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({**LOGIN, "password": "wrong"}, "invalid_login"),
        ({"username": "li"}, "required"),
        ({**LOGIN, "remember": True}, "unknown_field"),
        ({**LOGIN, "password": 7}, "invalid"),
        ([], "invalid"),
    ],
)
def test_a_wrong_login_is_refused(browser: APIClient, operator: User, body: object, code: str) -> None:
    answer = browser.post(URL, body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == code


def test_a_login_cannot_be_forged_by_a_form(browser: APIClient, operator: User) -> None:
    assert browser.post(URL, LOGIN, format="multipart").status_code == 415


def test_a_user_without_a_workspace_is_refused(browser: APIClient, db: None) -> None:
    User.objects.create_user("li", password="secret-of-li")
    answer = browser.post(URL, LOGIN)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "no_workspace")
    assert browser.get("/api/v1/profiles/").status_code == 403


def test_a_viewer_reads_and_does_not_write(client: APIClient, operator: User) -> None:
    Membership.objects.update(role=Role.VIEWER)
    browser = APIClient()
    browser.force_login(operator)
    assert browser.get("/api/v1/profiles/").status_code == 200
    assert browser.post("/api/v1/profiles/", {"identities": {"member_id": "m"}}).status_code == 403


def test_a_session_changes_nothing_without_the_csrf_token(browser: APIClient, operator: User) -> None:
    browser.force_login(operator)
    answer = browser.post("/api/v1/profiles/", {"identities": {"member_id": "m"}})
    assert answer.status_code == 403


def test_a_revoked_key_is_refused(make_key: MakeKey) -> None:
    from django.utils import timezone

    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(Scope.READ, revoked_at=timezone.now())}")
    answer = client.get("/api/v1/profiles/")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (401, "invalid_key")


PASSWORD = "/api/v1/session/password/"
CHANGE = {"current": LOGIN["password"], "new": "a-longer-one-of-li"}


def signed_in(browser: APIClient) -> APIClient:
    assert browser.post(URL, LOGIN).status_code == 200
    browser.credentials(HTTP_X_CSRFTOKEN=browser.cookies["csrftoken"].value)
    return browser


def test_the_own_password_is_changed_which_ends_every_other_session(browser: APIClient, operator: User) -> None:
    elsewhere = signed_in(APIClient(enforce_csrf_checks=True))
    assert signed_in(browser).put(PASSWORD, CHANGE).status_code == 204
    assert browser.get(URL).status_code == 200
    assert elsewhere.get(URL).status_code == 401
    assert APIClient().post(URL, LOGIN).status_code == 400
    assert APIClient().post(URL, {**LOGIN, "password": CHANGE["new"]}).status_code == 200
    (entry,) = AuditEntry.objects.filter(action=AuditAction.PASSWORD_CHANGED)
    assert (entry.actor, entry.data) == ("li", {})


@pytest.mark.parametrize(
    ("body", "attr", "code"),
    [
        ({**CHANGE, "current": "wrong"}, "current", "wrong_password"),
        ({**CHANGE, "new": "x7-q"}, "new", "password_too_short"),
        ({**CHANGE, "new": "password1"}, "new", "password_too_common"),
    ],
)
def test_a_password_that_will_not_do_is_refused_and_the_present_one_stays(
    browser: APIClient, operator: User, body: object, attr: str, code: str
) -> None:
    answer = signed_in(browser).put(PASSWORD, body)
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["attr"], error["code"]) == (400, attr, code)
    operator.refresh_from_db()
    assert operator.check_password(LOGIN["password"])


def test_a_program_has_no_password_to_change(client: APIClient) -> None:
    assert client.put(PASSWORD, CHANGE).status_code == 401
