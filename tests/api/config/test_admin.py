from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from rest_framework.test import APIClient

from journeys.models import Conversion, Enrollment, Journey, JourneyVersion
from profiles.models import Consent, Event, Identity, Profile, RejectedEvent
from tests.api.journeys_api.conftest import graph
from workspaces.models import ApiKey, Workspace


@pytest.fixture
def administrator(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root", password="secret-of-root"))
    return client


@pytest.fixture
def busy(client: APIClient) -> dict[str, Any]:
    """Something in every log."""
    events = [
        {"event_id": "e1", "name": "order_paid", "identities": {"member_id": "m1"}},
        {"name": "", "identities": {}},
    ]
    client.post("/api/v1/events/", {"events": events})
    consent = {"channel": "sms", "purpose": "marketing", "status": "granted"}
    client.post("/api/v1/profiles/", {"identities": {"member_id": "m1"}, "consents": [consent]})
    journey = client.post("/api/v1/journeys/", {"name": "欢迎", "graph": graph()}).json()
    client.post(f"/api/v1/journeys/{journey['id']}/publish/")
    client.post(f"/api/v1/journeys/{journey['id']}/enrollments/", {"profiles": [{"identities": {"member_id": "m1"}}]})
    return journey  # type: ignore[no-any-return]


def test_every_list_and_page_opens(administrator: Client, busy: dict[str, Any]) -> None:
    for model in admin.site._registry:
        url = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert administrator.get(url, {"q": "x"}).status_code == 200, url
        if row := model._default_manager.first():
            assert administrator.get(f"{url}{row.pk}/change/").status_code == 200, url


@pytest.mark.parametrize(
    "model", [Event, RejectedEvent, Consent, Identity, Enrollment, Conversion, Journey, JourneyVersion]
)
def test_a_log_is_read_only(administrator: Client, busy: dict[str, Any], model: Any) -> None:
    url = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    assert administrator.get(f"{url}add/").status_code == 403
    if row := model.objects.first():
        assert administrator.post(f"{url}{row.pk}/delete/", {"post": "yes"}).status_code == 403
        assert administrator.post(f"{url}{row.pk}/change/", {}).status_code == 403


def test_an_enrollment_shows_its_stream(administrator: Client, busy: dict[str, Any]) -> None:
    page = administrator.get(f"/admin/journeys/enrollment/{Enrollment.objects.get().pk}/change/")
    assert "enrolled" in page.content.decode()


def test_a_person_is_found_by_identity(administrator: Client, busy: dict[str, Any]) -> None:
    page = administrator.get("/admin/profiles/profile/", {"q": "m1"})
    assert str(Profile.objects.get().pk) in page.content.decode()


def test_a_new_key_is_shown_once_and_works(administrator: Client, workspace: Workspace) -> None:
    form = {"workspace": str(workspace.id), "name": "shop", "scopes": ["read"]}
    page = administrator.post("/admin/workspaces/apikey/add/", form, follow=True).content.decode()
    row = ApiKey.objects.get()
    key = page.partition("<code>")[2].partition("</code>")[0]
    assert ApiKey.find(key) == row
    again = administrator.get(f"/admin/workspaces/apikey/{row.pk}/change/").content.decode()
    assert key not in again
