"""A second person approves a publish, and the first cannot."""

from typing import Any

from django.contrib.auth.models import User
from rest_framework.test import APIClient

from tests.api.journeys_api.conftest import code_of, graph, save
from workspaces.choices import Role
from workspaces.models import Membership

URL = "/api/v1/journeys/"


def test_a_second_person_approves_and_the_first_cannot(
    draft: dict[str, Any], li: APIClient, wang: APIClient, client: APIClient
) -> None:
    url = f"{URL}{draft['id']}/"
    assert draft["approval"] is None
    assert save(li, url, approval_required=True).json()["approval_required"] is True
    assert code_of(li.post(f"{url}publish/")) == (409, "approval_required")
    assert code_of(wang.post(f"{url}approval/decision/", {"decision": "approve"}, format="json")) == (
        409,
        "no_approval_asked",
    )
    asked = li.post(f"{url}approval/", {"comment": "请看"}, format="json").json()["approval"]
    assert (asked["state"], asked["revision"], asked["asked_by"]["name"], asked["comment"]) == (
        "asked",
        2,
        "Li",
        "请看",
    )
    assert code_of(li.post(f"{url}approval/")) == (409, "approval_asked")
    for same in (li, client):
        answer = same.post(f"{url}approval/decision/", {"decision": "approve"}, format="json")
        assert code_of(answer) == (409, "second_person_required")
    assert code_of(li.post(f"{url}publish/")) == (409, "approval_required")
    done = wang.post(f"{url}approval/decision/", {"decision": "approve", "comment": "好"}, format="json").json()
    assert (done["approval"]["state"], done["approval"]["decided_by"]["name"]) == ("approved", "wang")
    assert done["approval"]["comment"] == "好"
    assert li.post(f"{url}publish/").status_code == 200


def test_an_approval_is_of_one_revision(draft: dict[str, Any], li: APIClient, wang: APIClient) -> None:
    url = f"{URL}{draft['id']}/"
    save(li, url, approval_required=True)
    li.post(f"{url}approval/")
    save(li, url, graph=graph("PT2H"))
    assert code_of(wang.post(f"{url}approval/decision/", {"decision": "approve"}, format="json")) == (
        409,
        "approval_outdated",
    )
    li.post(f"{url}approval/")
    wang.post(f"{url}approval/decision/", {"decision": "approve"}, format="json")
    save(li, url, graph=graph("PT3H"))
    assert code_of(li.post(f"{url}publish/")) == (409, "approval_required")


def test_a_rejected_revision_can_be_asked_for_again(draft: dict[str, Any], li: APIClient, wang: APIClient) -> None:
    url = f"{URL}{draft['id']}/"
    save(li, url, approval_required=True)
    li.post(f"{url}approval/")
    wang.post(f"{url}approval/decision/", {"decision": "reject"}, format="json")
    assert code_of(li.post(f"{url}publish/")) == (409, "approval_required")
    assert wang.post(f"{url}approval/").json()["approval"]["state"] == "asked"
    assert li.post(f"{url}approval/decision/", {"decision": "approve"}, format="json").status_code == 200
    assert li.post(f"{url}publish/").status_code == 200


def test_without_the_setting_nobody_is_asked(draft: dict[str, Any], li: APIClient) -> None:
    assert li.post(f"{URL}{draft['id']}/publish/").status_code == 200


def test_only_an_administrator_does_without_the_second_person(
    draft: dict[str, Any], li: APIClient, client: APIClient, operator: User
) -> None:
    url = f"{URL}{draft['id']}/"
    save(li, url, approval_required=True)
    for other in (li, client):
        assert code_of(save(other, url, approval_required=False)) == (403, "admin_required")
    Membership.objects.filter(user=operator).update(role=Role.ADMIN)
    assert save(li, url, approval_required=False).json()["approval_required"] is False
    assert li.post(f"{url}publish/").status_code == 200
