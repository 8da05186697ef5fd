"""Requests made up from the OpenAPI document, sensible and not: none is answered 5xx, and answers are as documented."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.generation.meta import CoveragePhaseData, CoverageScenario
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.conftest import MakeKey
from workspaces.choices import Scope

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# These judge a batch item by item: a wrong item is reported in an answer of success.
BATCHES = {"/api/v1/events/", "/v1/batch", "/api/v1/journeys/{journey}/enrollments/", "/api/v1/consents/bulk/"}


document = schemathesis.openapi.from_wsgi("/api/schema/?format=json", get_wsgi_application())
# What an address does not know is answered by the framework, the same for every other method: one of them is asked.
document.config.phases.coverage.unexpected_methods = {"put"}
# Signing in is a matter of cookies, and a callback of a provider's signature; both have tests of their own.
schema = document.exclude(path_regex="^/(api/v1/session|callbacks)/")


@pytest.fixture(autouse=True)
def _keep_connection(db: None) -> Iterator[None]:
    """Django's own test client does the same: the connection holds the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def key(make_key: MakeKey) -> str:
    return make_key(*Scope)


@pytest.fixture
def wrong_types() -> Counter[Any]:
    """How many were tried at each place."""
    return Counter()


@schema.parametrize()
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_no_request_breaks_the_api(case: "Case[Any]", key: str, wrong_types: Counter[Any]) -> None:
    if _is_more_of_the_same(case, wrong_types):
        return
    headers = {"Authorization": f"Bearer {key}"}
    case.call_and_validate(headers=headers, checks=CHECKS if _is_lenient(case) else [*CHECKS, negative_data_rejection])


def _is_more_of_the_same(case: "Case[Any]", wrong_types: Counter[Any]) -> bool:
    """Of five wrong types at one place (0, false, null, a list, an object) every other one is tried."""
    made = case.meta.phase.data if case.meta else None
    if not isinstance(made, CoveragePhaseData) or made.scenario != CoverageScenario.INCORRECT_TYPE:
        return False
    place = (made.parameter_location, made.parameter, made.location, made.description)
    wrong_types[place] += 1
    return wrong_types[place] % 2 == 0


def _is_lenient(case: "Case[Any]") -> bool:
    """Tell whether a request that breaks the document may succeed; an empty filter, `?state=`, is no filter."""
    return case.path in BATCHES or "" in dict(case.query or {}).values()
