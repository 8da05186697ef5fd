"""What a play is: a journey that others have found to work, as a small data file.

A text for people is `{"zh-CN": ..., "en": ...}` wherever it stands. `[[days]]` is a parameter's value: alone in a text it
keeps its type, inside one it is written out; `[[cycle-before]]` is a difference. `[[segment.sleepers]]` is the id of one of
the play's segments. A send node says what it is about and its text; account and template are the workspace's.
"""

from typing import Any, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

Language: TypeAlias = Literal["zh-CN", "en"]
LANGUAGES: Final = frozenset({"zh-CN", "en"})
Words: TypeAlias = dict[Language, str]
Category: TypeAlias = Literal["membership", "conversion", "nurture", "care", "retention", "growth"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Choice(_Strict):
    value: str
    label: Words


class Parameter(_Strict):
    """One thing the operator says. An `instant` has as default how long after the next full day, at ten o'clock."""

    key: str = Field(pattern=r"^[a-z][a-z_]*$")
    kind: Literal["number", "time", "instant", "text", "choice"]
    label: Words
    default: int | str
    min: int | None = None
    max: int | None = Field(default=None, description="Of a text: its length.")
    unit: Literal["days", "hours", "percent"] | None = None
    choices: tuple[Choice, ...] = ()


class PlaySegment(_Strict):
    name: Words
    rule: dict[str, Any]


class PlayNode(_Strict):
    """`about` and `text` are of sends: kinds of templates that say this, and what to say where there is none."""

    type: str
    name: Words
    config: dict[str, Any]
    about: tuple[str, ...] = ()
    text: Words | None = None


class Promise(_Strict):
    """What a test run of the play shows: a script, the sends it leads to, and the tasks."""

    entry: dict[str, Any]
    sends: tuple[str, ...]
    any: bool = Field(default=False, description="One of the sends, by an A/B test.")
    tasks: tuple[str, ...] = ()
    attributes: dict[str, Any] = Field(default_factory=dict)
    history: tuple[str, ...] = ()
    events: tuple[dict[str, Any], ...] = ()
    receipts: tuple[dict[str, Any], ...] = ()
    parameters: dict[str, Any] = Field(default_factory=dict)
    until: str = "P90D"


class Play(_Strict):
    order: int
    key: str = Field(pattern=r"^[a-z][a-z_]*$")
    category: Category
    name: Words
    summary: Words
    figure: Words = Field(description="The figure it is for.")
    events: tuple[str, ...] = Field(description="Events that somebody has to send.")
    attributes: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    segments: dict[str, PlaySegment]
    nodes: dict[str, PlayNode]
    edges: tuple[str, ...] = Field(description='"a -> b", or "a.outcome -> b".')
    settings: dict[str, Any]
    promise: Promise


def say(value: Any, language: Language) -> Any:
    """Return a part of a play with every text in one language."""
    if isinstance(value, dict):
        if value.keys() == LANGUAGES:
            return value[language]
        return {key: say(part, language) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [say(part, language) for part in value]
    return value
