from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from channels_app.models import Message
from channels_app.unsubscribe_token import token_of
from tests.integration.channels_app.mailing import make_email_account, make_letter
from tests.integration.channels_app.simulated import Registered, make_messages

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.channels_app.urls")]


@pytest.fixture
def message(db: None) -> Message:
    account = make_email_account("smtp://127.0.0.1:9")
    return make_messages(account, make_letter(account), channel="email", address="wang@example.com")[0]


def post(token: str, **fields: Any) -> Any:
    return Client(enforce_csrf_checks=True).post(f"/u/{token}", fields)


def test_the_address_says_nothing_of_the_person(message: Message) -> None:
    assert "wang" not in token_of(message.pk)


def test_one_click_withdraws_without_a_session(message: Message, registered: Registered) -> None:
    assert post(token_of(message.pk), **{"List-Unsubscribe": "One-Click"}).status_code == 200
    (refusal,) = registered.opt_outs
    assert (refusal.workspace_id, refusal.address, refusal.proof["by"]) == (
        message.workspace_id,
        "wang@example.com",
        "one_click",
    )


def test_a_later_click_on_the_same_address_is_a_refusal_again(message: Message, registered: Registered) -> None:
    for _ in range(2):
        assert post(token_of(message.pk)).status_code == 200
    assert [refusal.proof["by"] for refusal in registered.opt_outs] == ["page", "page"]


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "确认退订"), ("en", "Unsubscribe")])
def test_opening_the_page_asks_and_withdraws_nothing(
    message: Message, registered: Registered, language: str, words: str
) -> None:
    answer = Client(headers={"accept-language": language}).get(f"/u/{token_of(message.pk)}")
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert registered.opt_outs == []


@pytest.mark.parametrize("token", ["x", "x.y", "%00", "王", "a" * 500])
def test_a_token_that_is_not_ours_is_not_found(registered: Registered, db: None, token: str) -> None:
    assert post(token).status_code == 404
    assert Client().get(f"/u/{token}").status_code == 404
    assert registered.opt_outs == []


def test_a_token_with_one_other_letter_is_not_found(message: Message, registered: Registered) -> None:
    token = token_of(message.pk)
    assert post(("B" if token[0] != "B" else "C") + token[1:]).status_code == 404
    assert registered.opt_outs == []


def test_a_message_that_is_gone_is_not_found(registered: Registered, db: None) -> None:
    assert post(token_of(uuid4())).status_code == 404


def test_only_get_and_post_are_allowed(message: Message) -> None:
    assert Client().put(f"/u/{token_of(message.pk)}").status_code == 405
