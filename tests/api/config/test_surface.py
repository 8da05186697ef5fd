from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/v1/nothing", "/api", "/v1/fly", "/api/v1/profiles/x/y/"])
def test_an_unknown_path_is_answered_404_in_json(db: None, method: str, path: str) -> None:
    answer = getattr(Client(enforce_csrf_checks=True), method)(path)
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["code"] == "not_found"


def test_liveness_needs_nothing() -> None:
    assert Client().get("/healthz").json() == {"status": "ok"}


def test_readiness_names_each_dependency(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": "ok", "temporal": "unavailable"}


def test_metrics_are_in_the_format_of_prometheus() -> None:
    answer = Client().get("/metrics")
    assert answer["content-type"].startswith("text/plain")
    assert b"# TYPE zhitu_events_total counter" in answer.content


@pytest.mark.parametrize("path", ["/", "/login", "/phone", "/journeys/0190/review"])
def test_the_console_is_one_page_with_a_csrf_cookie(settings: Any, tmp_path: Path, path: str) -> None:
    settings.CONSOLE_DIST = tmp_path
    (tmp_path / "index.html").write_text("<title>知途</title>")
    answer = Client().get(path)
    assert answer.content.decode() == "<title>知途</title>"
    assert "csrftoken" in answer.cookies


def test_a_console_that_is_not_built_says_so(settings: Any, tmp_path: Path) -> None:
    settings.CONSOLE_DIST = tmp_path
    answer = Client().get("/")
    assert answer.status_code == 503
    assert "make up" in answer.content.decode()


def test_the_documentation_loads_nothing_from_elsewhere(db: None) -> None:
    page = Client().get("/api/docs/").content.decode()
    assert "/api/schema/" in page
    assert "https://" not in page


def test_the_openapi_document_is_valid_and_complete(tmp_path: Path) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yaml"))
