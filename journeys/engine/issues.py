"""A fault of a graph, in both languages, and what the checks may look up."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from profiles.rules.wording import WordedFault

Severity = Literal["error", "warning"]


class Issue(NamedTuple):
    """An error blocks publishing, a warning does not. `messages` maps `zh-CN` and `en` to a sentence.

    `field` is the dotted place in the node's configuration that could not be read; None where it is about more than that.
    """

    severity: Severity
    code: str
    messages: Mapping[str, str]
    node_id: str | None = None
    field: str | None = None


def error(code: str, zh: str, en: str, node_id: str | None = None, field: str | None = None) -> Issue:
    return Issue("error", code, {"zh-CN": zh, "en": en}, node_id, field)


def warning(code: str, zh: str, en: str, node_id: str | None = None) -> Issue:
    return Issue("warning", code, {"zh-CN": zh, "en": en}, node_id)


class ConfigFault(WordedFault):
    """Raised by a configuration's own check."""


class TemplateReference(NamedTuple):
    channel: str
    approved: bool
    purpose: str
    variables: tuple[str, ...]


class References(NamedTuple):
    """What exists in the workspace, by every name that a graph may use. None: not looked up, so not checked."""

    accounts: Mapping[str, Collection[str]] | None = None  # name → channels
    templates: Mapping[str, TemplateReference] | None = None
    goals: Collection[str] = ()
    journeys: Mapping[str, str] | None = None  # id → state
    segments: Collection[str] | None = None  # ids
    empty_segments: Collection[str] = ()
    date_attributes: Mapping[str, Literal["date", "other", "missing"]] = {}  # what their values are
    now: datetime | None = None
    launched: Collection[datetime] = ()  # instants at which the journey has been launched already
    private_hosts: Collection[str] | None = None  # which may be called although they are private
