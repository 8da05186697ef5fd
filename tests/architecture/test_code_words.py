"""What the server says by a code and the console in words: what was seen, what can be exported, why a message was not sent."""

import ast
import json
from collections.abc import Iterator

import pytest

from channels_app.judging import INTERNAL_ERROR
from channels_app.policy.reasons import Reason
from channels_app.providers.errors import ErrorClass
from channels_app.settling import NO_RECORD, RETRIES_EXHAUSTED
from profiles.exports.sources import kinds
from tests.architecture.test_modules import ROOT, modules

PACKAGES = ("channels_app", "journeys", "profiles", "workspaces")
NOTES = {"note_seen", "note_rows_seen"}


def seen() -> set[str]:
    """What views say that they have shown: of a call literally, or as the `seen_as` of their class."""
    return {what for module in modules(*PACKAGES) for what in _seen_in((ROOT / module).read_text())}


def _seen_in(code: str) -> Iterator[str]:
    # To read all of them as Python takes seconds.
    if not any(name in code for name in (*NOTES, "seen_as")):
        return
    for node in ast.walk(ast.parse(code)):
        value: ast.expr | None = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in NOTES:
            value = node.args[1]
        elif isinstance(node, ast.Assign) and any(
            isinstance(to, ast.Name) and to.id == "seen_as" for to in node.targets
        ):
            value = node.value
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value


def words(language: str, area: str) -> dict[str, dict[str, str]]:
    path = ROOT / "frontend" / "src" / "locales" / language / f"{area}.json"
    return json.loads(path.read_text(encoding="utf-8"))[area]  # type: ignore[no-any-return]  # as its file holds them


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_what_was_seen_has_words(language: str) -> None:
    wanted = seen()
    assert {"segment", "rejected events", "enrollments"} <= wanted
    assert sorted(wanted - words(language, "privacy")["seen"].keys()) == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_kinds_of_exports_have_words(language: str) -> None:
    assert len(kinds()) > 3
    assert [kind for kind in kinds() if kind not in words(language, "exports")["kinds"]] == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_why_a_message_waits_or_was_not_sent_has_words(language: str) -> None:
    reasons = {
        *Reason,
        *ErrorClass,
        RETRIES_EXHAUSTED,
        NO_RECORD,
        INTERNAL_ERROR,
        "delivery",
        "expired",
        "exited",
        "priority",
    }
    assert sorted(reasons - words(language, "stream")["reason"].keys()) == []
