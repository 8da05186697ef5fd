"""Every refusal that an operator can meet is said in words: a code without any would be shown as it is."""

import ast
import json

import pytest

from tests.architecture.test_modules import ROOT, modules

PACKAGES = ("profiles", "workspaces")
# Families of errors that the console shows elsewhere: refused items of a batch have words of their own (refusals.json).
ITEMS = {"InvalidEvent", "InvalidAttributes", "InvalidIdentity", "InvalidInstant"}
REFUSALS = {"DomainError", "InvalidDefinition", "InvalidMapping", "InvalidExport"}
# What only a program can do wrong: the console never sends it. It is told by the sentence of the answer.
OF_PROGRAMS = {
    "invalid_batch",
    "invalid_columns",
    "invalid_cursor",
    "invalid_empty",
    "invalid_events",
    "invalid_history",
    "invalid_instant",
    "invalid_mapping",
    "invalid_profile",
    "one_target",
    "unknown_column",
    "unknown_field",
    "unknown_filter",
    "unknown_kind",
    "unknown_target",
    "unknown_timezone",
}
# What customers meet on their own page, which has its words in profiles/web/texts.py.
OF_CUSTOMERS = {"invalid_link", "link_expired", "link_revoked", "page_out_of_date", "unknown_act"}


def codes(families: set[str]) -> set[str]:
    """The codes that are given literally when an error of one of these classes is made."""
    calls = [
        node
        for module in modules(*PACKAGES)
        for node in ast.walk(ast.parse((ROOT / module).read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in families and node.args
    ]
    firsts = [call.args[0] for call in calls]
    return {first.value for first in firsts if isinstance(first, ast.Constant) and isinstance(first.value, str)}


def words(language: str, area: str) -> dict[str, str]:
    path = ROOT / "frontend" / "src" / "locales" / language / "first" / f"{area}.json"
    return json.loads(path.read_text(encoding="utf-8"))[area]  # type: ignore[no-any-return]  # as its file holds them


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_refusals_have_words(language: str) -> None:
    wanted = codes(REFUSALS) - OF_PROGRAMS - OF_CUSTOMERS
    assert len(wanted) > 30
    assert sorted(wanted - words(language, "errors").keys()) == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_refused_items_have_words(language: str) -> None:
    wanted = codes(ITEMS)
    assert len(wanted) > 10
    assert sorted(wanted - words(language, "refusals").keys()) == []


def test_what_is_left_out_is_still_raised() -> None:
    assert sorted((OF_PROGRAMS | OF_CUSTOMERS) - codes(REFUSALS)) == []
