"""Sentences of the server in both languages, with figures and names in them; and notes, which stand beside figures."""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypedDict

from journeys.engine.plan import Plan
from journeys.explain.words import CHANNEL_NAMES, NODE_TYPES, UNITS, Pair
from profiles.rules.durations import parse

_NOTHING: Final[Mapping[str, Pair]] = MappingProxyType({})


class Note(TypedDict):
    """What must be known to read a figure right. `figures` are those in the words, as the API has them."""

    code: str
    messages: dict[str, str]
    figures: dict[str, Any]


class Number(int):
    """A whole number in a sentence: `{n}` groups its digits, `{n:person|people}` adds the word that goes with it."""

    def __format__(self, spec: str) -> str:
        if "|" not in spec:
            return int.__format__(self, spec or ",")
        one, other = spec.split("|")
        return f"{int.__format__(self, ',')} {one if self == 1 else other}"


def filled(pair: Pair, figures: Mapping[str, Any], words: Mapping[str, Pair] = _NOTHING) -> Pair:
    """A sentence with its figures; `words` have one form a language, and stand for figures of the same name."""
    shown = {name: Number(value) if type(value) is int else value for name, value in figures.items()}
    chinese, english = pair
    return (
        chinese.format(**{**shown, **{name: word[0] for name, word in words.items()}}),
        english.format(**{**shown, **{name: word[1] for name, word in words.items()}}),
    )


def note(texts: Mapping[str, Pair], code: str, words: Mapping[str, Pair] = _NOTHING, /, **figures: Any) -> Note:
    """The note of this code. `texts`: code → Chinese, English, each with places for figures and words."""
    return said(code, *filled(texts[code], figures, words), **figures)


def said(code: str, zh: str, en: str, /, **figures: Any) -> Note:
    """A note whose words are made."""
    return {"code": code, "messages": {"zh-CN": zh, "en": en}, "figures": figures}


def about(texts: Mapping[str, Pair], code: str, names: Iterable[str | Pair]) -> list[Note]:
    """The note of this code about these names, or none if there are none."""
    found = list(names)
    return [note(texts, code, {"names": listed(found)})] if found else []


def listed(names: Iterable[str | Pair]) -> Pair:
    """Several names as each language lists them; a name that somebody gave is the same in both."""
    pairs = [(name, name) if isinstance(name, str) else name for name in names]
    return "、".join(pair[0] for pair in pairs), ", ".join(pair[1] for pair in pairs)


def channel_names(channels: Iterable[str]) -> Pair:
    return listed(CHANNEL_NAMES.get(channel, channel) for channel in sorted(channels))


def nodes_of(plan: Plan, kind: str, but: Collection[str | None] = ()) -> list[str | Pair]:
    """The nodes of a kind as their operator named them, else by what they are, as on the canvas."""
    return [spec.name or NODE_TYPES[spec.type] for spec in plan.graph.nodes if spec.type == kind and spec.id not in but]


def length_words(text: str) -> Pair:
    """An ISO 8601 duration such as P7D in words, 24 hours as a day. Raises InvalidDuration."""
    duration = parse(text)
    minutes, seconds = divmod(int(duration.exact.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    amounts = {
        "months": duration.months,
        "days": duration.days + days,
        "hours": hours,
        "minutes": minutes,
        "seconds": seconds,
    }
    found = [filled(UNITS[unit], {"n": amount}) for unit, amount in amounts.items() if amount]
    return " ".join(pair[0] for pair in found), " ".join(pair[1] for pair in found)
