"""The simulator refuses what the vendor's gateway refuses, in its words."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from channels_app.providers import aliyun_acs3 as acs3
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import KEY_ID, SECRET, SIGN

pytestmark = pytest.mark.usefixtures("simulator")

SEND = {"PhoneNumbers": "13800000001", "SignName": SIGN, "TemplateCode": "SMS_2"}


def signed(url: str, params: dict[str, str] | None = None, **fields: Any) -> httpx.Request:
    query = acs3.query_string(SEND if params is None else params)
    wanted = {
        "host": urlsplit(url).netloc,
        "action": "SendSms",
        "version": "2017-05-25",
        "query": query,
        "body": b"",
        "content_type": "",
        "key_id": KEY_ID,
        "secret": SECRET,
        "now": datetime.now(UTC),
    }
    return httpx.Request("POST", f"{url}/?{query}", headers=acs3.signed_headers(**{**wanted, **fields}))


def answer(request: httpx.Request) -> tuple[int, str]:
    with httpx.Client(trust_env=False) as client:
        response = client.send(request)
    return response.status_code, response.json()["Code"]


def test_a_signed_call_is_taken(simulator_url: str) -> None:
    assert answer(signed(simulator_url)) == (200, "OK")


def test_the_same_signed_bytes_twice_are_refused(simulator_url: str, simulator: SimulatorClient) -> None:
    request = signed(simulator_url)
    assert [answer(request), answer(request)] == [(200, "OK"), (400, "SignatureNonceUsed")]
    assert len(list(simulator.export())) == 1


@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_clock_off_by_more_than_a_quarter_of_an_hour_is_refused(simulator_url: str, minutes: int) -> None:
    request = signed(simulator_url, now=datetime.now(UTC) + timedelta(minutes=minutes))
    assert answer(request) == (400, "InvalidTimeStamp.Expired")


def test_a_query_changed_after_signing_is_refused(simulator_url: str) -> None:
    request = signed(simulator_url)
    request.url = request.url.copy_set_param("PhoneNumbers", "13900000009")
    assert answer(request) == (400, "SignatureDoesNotMatch")


def test_a_header_changed_after_signing_is_refused(simulator_url: str) -> None:
    request = signed(simulator_url)
    request.headers["x-acs-action"] = "QuerySendDetails"
    assert answer(request) == (400, "SignatureDoesNotMatch")


def test_a_body_that_was_not_signed_is_refused(simulator_url: str) -> None:
    request = signed(simulator_url)
    headers = {name: value for name, value in request.headers.items() if name != "content-length"}
    with_body = httpx.Request("POST", request.url, headers=headers, content=b"PhoneNumbers=13900000009")
    assert answer(with_body) == (400, "SignatureDoesNotMatch")


def test_a_required_header_left_out_of_the_signature_is_refused(simulator_url: str) -> None:
    request = signed(simulator_url)
    request.headers["authorization"] = request.headers["authorization"].replace("x-acs-date;", "")
    assert answer(request) == (400, "SignatureDoesNotMatch")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"version": "2020-01-01"}, (400, "InvalidVersion")),
        ({"action": "SendPigeon"}, (404, "InvalidAction.NotFound")),
        ({"params": {**SEND, "SignName": ""}}, (400, "MissingSignName")),
        ({"key_id": "nobody"}, (404, "InvalidAccessKeyId.NotFound")),
    ],
)
def test_a_call_the_gateway_cannot_place_is_refused(
    simulator_url: str, fields: dict[str, Any], expected: tuple[int, str]
) -> None:
    assert answer(signed(simulator_url, **fields)) == expected


@pytest.mark.parametrize("missing", ["authorization", "x-acs-signature-nonce", "x-acs-date"])
def test_a_call_without_its_signature_headers_is_refused(simulator_url: str, missing: str) -> None:
    request = signed(simulator_url)
    del request.headers[missing]
    status, code = answer(request)
    assert status == 400
    assert code in {"IncompleteSignature", f"Missing{missing}"}
