"""A person's own page: seen without signing in, changed with a button, each change an entry of the ledger with proof."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from rest_framework.test import APIClient

from profiles.models import Consent, Profile
from tests.api.conftest import SignIn
from workspaces.models import Workspace

pytestmark = pytest.mark.django_db
WORDS = {
    "code": "sms-2026-01",
    "channel": "sms",
    "purpose": "marketing",
    "zh": "同意接收优惠短信",
    "en": "Offers by SMS",
}


@pytest.fixture
def page(client: APIClient, sign_in: SignIn, person: str) -> str:
    text = client.post("/api/v1/consents/texts/", WORDS).json()
    assert sign_in("admin").post(f"/api/v1/consents/texts/{text['id']}/publish/").status_code == 200
    answer = client.post(f"/api/v1/profiles/{person}/preference-link/", {})
    assert answer.status_code == 201
    return "/p/" + str(answer.json()["url"]).partition("/p/")[2]


def browser(**headers: str) -> Client:
    return Client(enforce_csrf_checks=True, headers={"user-agent": "Phone/1", "accept-language": "zh-CN", **headers})


def state_in(html: str) -> str:
    found = re.search(r'name="state" value="([^"]+)"', html)
    assert found
    return found[1]


def press(page: str, act: str, state: str | None = None, **extra: Any) -> Any:
    state = state_in(browser().get(page).content.decode()) if state is None else state
    return browser().post(page, {"act": act, "state": state}, **extra)


def ledger() -> list[tuple[str, str, str, str]]:
    return list(Consent.objects.order_by("id").values_list("channel", "status", "source", "text_version"))


def test_the_page_shows_channels_words_and_their_version(page: str) -> None:
    html = browser().get(page).content.decode()
    assert "短信 · 营销信息" in html
    assert "同意接收优惠短信" in html
    assert "sms-2026-01" in html
    english = browser().get(page + "?lang=en").content.decode()
    assert "Text messages · Marketing" in english
    assert "Offers by SMS" in english


def test_the_address_says_nothing_of_the_person_and_the_page_loads_nothing_from_elsewhere(page: str) -> None:
    assert "138" not in page
    answer = browser().get(page)
    assert not re.search(r'(?:src|href)="(?!\?lang)', answer.content.decode())
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]


def test_opening_it_changes_nothing(page: str) -> None:
    browser().get(page)
    assert ledger() == []


def test_a_grant_and_a_withdrawal_are_one_button_each_with_proof(page: str) -> None:
    assert press(page, "grant:sms:marketing").status_code == 200
    assert press(page, "withdraw:sms:marketing").status_code == 200
    assert ledger() == [
        ("sms", "granted", "preference_page", "sms-2026-01"),
        ("sms", "withdrawn", "preference_page", "sms-2026-01"),
    ]
    proof = Consent.objects.order_by("id")[0].proof
    assert proof.keys() == {"ip_hash", "agent", "language", "link_made_at", "via", "text_digest"}
    assert (proof["agent"], proof["language"]) == ("Phone/1", "zh")
    assert "127.0.0.1" not in str(proof)


def test_everything_can_be_left_at_once(page: str, client: APIClient, person: str) -> None:
    for channel in ("sms", "email"):
        client.post(
            "/api/v1/consents/",
            {"profile": person, "channel": channel, "purpose": "marketing", "status": "granted", "source": "form"},
        )
    press(page, "withdraw:all")
    held = Consent.objects.filter(status="withdrawn").values_list("channel", flat=True)
    assert sorted(held) == ["email", "sms"]


def test_a_copied_grant_cannot_undo_a_later_withdrawal(page: str) -> None:
    state = state_in(browser().get(page).content.decode())
    assert press(page, "grant:sms:marketing", state).status_code == 200
    press(page, "withdraw:sms:marketing")
    assert press(page, "grant:sms:marketing", state).status_code == 409
    assert [status for _, status, _, _ in ledger()] == ["granted", "withdrawn"]


def test_a_withdrawal_counts_from_a_page_however_old_and_twice_is_as_once(page: str) -> None:
    press(page, "grant:sms:marketing")
    for _ in range(2):
        assert press(page, "withdraw:sms:marketing", "anything").status_code == 200
    assert [status for _, status, _, _ in ledger()] == ["granted", "withdrawn"]


@pytest.mark.parametrize(
    "act", ["", "grant", "grant:fax:marketing", "withdraw:sms:x", "drop:sms:marketing", "grant:all"]
)
def test_an_act_that_is_none_is_refused(page: str, act: str) -> None:
    assert press(page, act).status_code == 400
    assert ledger() == []


@pytest.mark.parametrize("token", ["x", "x:y:z", "王", "a" * 900])
def test_a_link_that_is_not_ours_is_not_found(db: None, token: str) -> None:
    assert browser().get(f"/p/{token}").status_code == 404
    assert browser().post(f"/p/{token}", {"act": "withdraw:all"}).status_code == 404


def test_a_link_ends_with_its_time(page: str) -> None:
    with time_machine.travel(timedelta(days=181)):
        assert browser().get(page).status_code == 410
        assert browser().post(page, {"act": "withdraw:all"}).status_code == 410


def test_links_can_be_revoked_and_new_ones_are_good(page: str, client: APIClient, person: str) -> None:
    assert client.post(f"/api/v1/profiles/{person}/revoke-links/").status_code == 204
    assert browser().get(page).status_code == 410
    with time_machine.travel(timedelta(seconds=2)):
        fresh = client.post(f"/api/v1/profiles/{person}/preference-link/", {}).json()["url"]
        assert browser().get("/p/" + fresh.partition("/p/")[2]).status_code == 200


def test_a_pending_grant_is_confirmed_on_the_page(page: str, client: APIClient, sign_in: SignIn, person: str) -> None:
    sign_in("owner").patch("/api/v1/privacy/", {"double_opt_in": ["sms"]})
    said = {"profile": person, "channel": "sms", "purpose": "marketing", "status": "granted", "source": "form"}
    assert client.post("/api/v1/consents/", said).json()["status"] == "pending"
    assert "待确认" in browser().get(page).content.decode()
    press(page, "grant:sms:marketing")
    assert client.get(f"/api/v1/consents/?profile={person}&current=true").json()["results"][0]["status"] == "granted"


# ---- the ledger and its texts --------------------------------------------------------------------------------------


def test_a_published_text_never_changes(client: APIClient, sign_in: SignIn) -> None:
    text = client.post("/api/v1/consents/texts/", WORDS).json()
    assert client.patch(f"/api/v1/consents/texts/{text['id']}/", {"zh": "改过的"}).json()["zh"] == "改过的"
    assert client.post(f"/api/v1/consents/texts/{text['id']}/publish/").status_code == 403
    published = sign_in("admin").post(f"/api/v1/consents/texts/{text['id']}/publish/").json()
    assert len(published["digest"]) == 64
    refused = client.patch(f"/api/v1/consents/texts/{text['id']}/", {"zh": "又改"})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "text_in_use")


def test_a_text_that_the_ledger_names_never_changes(client: APIClient, person: str) -> None:
    text = client.post("/api/v1/consents/texts/", WORDS).json()
    said = {
        "profile": person,
        "channel": "sms",
        "purpose": "marketing",
        "status": "granted",
        "text_version": WORDS["code"],
    }
    client.post("/api/v1/consents/", said)
    assert client.patch(f"/api/v1/consents/texts/{text['id']}/", {"zh": "又改"}).status_code == 409


def test_a_bulk_of_entries_takes_the_good_ones(client: APIClient, person: str) -> None:
    good = {"identities": {"phone": "13800138000"}, "channel": "sms", "purpose": "marketing", "status": "withdrawn"}
    bad = [{**good, "status": "maybe"}, {**good, "identities": {"phone": "13900000000"}}, 7]
    answer = client.post("/api/v1/consents/bulk/", {"consents": [good, *bad]}).json()
    assert answer["accepted"] == 1
    assert [(one["index"], one["code"]) for one in answer["rejected"]] == [
        (1, "invalid_choice"),
        (2, "unknown_profile"),
        (3, "required"),
    ]
    assert Profile.objects.count() == 1
    assert client.get(f"/api/v1/profiles/{person}/consents/").json()["results"][0]["status"] == "withdrawn"


def test_the_ledger_is_the_workspaces_own(client: APIClient, other_workspace: Workspace) -> None:
    other = Profile.objects.create(workspace=other_workspace)
    said = {"profile": str(other.pk), "channel": "sms", "purpose": "marketing", "status": "granted"}
    assert client.post("/api/v1/consents/", said).status_code == 400
    assert Consent.objects.count() == 0
