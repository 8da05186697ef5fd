from typing import Any

from django.db import OperationalError
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from workspaces.api.handler import ExceptionHandler
from workspaces.errors import DomainError


def answer(error: Exception) -> Any:
    view = APIView()
    return ExceptionHandler(
        error, {"request": APIRequestFactory().get("/"), "view": view, "args": (), "kwargs": {}}
    ).run()


def test_a_domain_error_keeps_its_status_code_place_and_extra() -> None:
    response = answer(DomainError("wrong_state", "Not now.", attr="mode", status=409, extra={"state": "draft"}))
    assert response.status_code == 409
    assert response.data == {
        "type": "client_error",
        "errors": [{"code": "wrong_state", "detail": "Not now.", "attr": "mode"}],
        "state": "draft",
    }


def test_a_fault_of_the_request_is_a_validation_error() -> None:
    response = answer(DomainError("invalid_events", "No list."))
    assert (response.status_code, response.data["type"]) == (400, "validation_error")


def test_a_database_that_is_away_is_503_and_asks_to_try_again() -> None:
    response = answer(OperationalError("the server closed the connection"))
    assert (response.status_code, response["Retry-After"]) == (503, "2")
    assert response.data["errors"][0]["code"] == "unavailable"
