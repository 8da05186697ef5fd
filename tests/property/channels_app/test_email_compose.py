"""Whatever a value holds, a mail has the headers it should have and the text it was given."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from channels_app.providers.email.addresses import wire_address
from channels_app.providers.email.compose import Letter, Sender, compose

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SENDER = Sender(wire_address("hello@shop.example"), "知途", "shop.example")
HEADERS = [
    "message-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "from",
    "to",
    "subject",
    "date",
    "mime-version",
    "content-type",
]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@given(TEXT, TEXT)
def test_a_value_adds_no_header_and_no_line_is_too_long(name: str, subject: str) -> None:
    template = {"subject": f"s {subject}", "html": "<p>${name}</p>", "from_name": "x ${name}"}
    url = "https://t.example.com/" + "x" * 200
    letter = Letter(UUID(int=1), wire_address("wang@example.com"), "${name}", template, {"name": name}, url)
    raw = compose(letter, SENDER, NOW)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    mail = message_from_bytes(raw, policy=default)
    assert [key.lower() for key in mail.keys()] == HEADERS  # noqa: SIM118  # repeated headers would be hidden
    assert mail["List-Unsubscribe"] == f"<{url}>"


@given(st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=200))
def test_html_shows_a_value_and_never_runs_it(name: str) -> None:
    letter = Letter(
        UUID(int=1), wire_address("wang@example.com"), "x", {"subject": "s", "html": "${name}"}, {"name": name}, None
    )
    mail = message_from_bytes(compose(letter, SENDER, NOW), policy=default)
    part = mail.get_body(("html",))
    assert part is not None
    html = part.get_content()
    assert "<" not in html
    assert '"' not in html
