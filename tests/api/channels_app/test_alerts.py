"""Alerts: which are open, and who sees to them."""

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from rest_framework.test import APIClient

from channels_app.models import Alert
from workspaces.models import Workspace

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.channels_app.urls")]


@pytest.fixture
def alert(workspace: Workspace) -> Alert:
    return Alert.objects.create(
        workspace=workspace, kind="account_stopped", subject="a", code="40164", opened_at=timezone.now()
    )


def test_who_sees_to_an_alert_is_named_and_stays_named(client: APIClient, alert: Alert) -> None:
    url = f"/api/v1/channels/alerts/{alert.pk}/acknowledge/"
    first = client.post(url, {"note": "在改白名单"}).json()
    assert first["acknowledged_at"]
    assert first["acknowledged_by"]
    assert (first["note"], first["closed_at"]) == ("在改白名单", None)
    again = client.post(url, {}).json()
    assert again == first


def test_a_foreign_alert_does_not_exist(client: APIClient, alert: Alert, other_workspace: Workspace) -> None:
    Alert.objects.update(workspace=other_workspace)
    assert client.post(f"/api/v1/channels/alerts/{alert.pk}/acknowledge/", {}).status_code == 404


def test_open_alerts_are_told_from_those_that_are_over(client: APIClient, alert: Alert) -> None:
    Alert.objects.create(
        workspace=alert.workspace,
        kind="account_stopped",
        subject="b",
        opened_at=timezone.now(),
        closed_at=timezone.now(),
    )

    def subjects(state: str) -> list[str]:
        return [row["subject"] for row in client.get(f"/api/v1/channels/alerts/?open={state}").json()["results"]]

    assert (subjects("true"), subjects("false")) == (["a"], ["b"])


def test_who_may_only_read_acknowledges_nothing(operator: User, alert: Alert, workspace: Workspace) -> None:
    from workspaces.choices import Role
    from workspaces.models import Membership

    Membership.objects.filter(user=operator).update(role=Role.VIEWER)
    reader = APIClient()
    reader.force_login(operator)
    assert reader.get("/api/v1/channels/alerts/").status_code == 200
    assert reader.post(f"/api/v1/channels/alerts/{alert.pk}/acknowledge/", {}).status_code == 403
