"""What a form for a provider's accounts asks, and what its vendor's console is told, in both languages."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Words:
    """One text for operators in Chinese and in English."""

    zh: str
    en: str


NOTHING = Words("", "")


class FieldKind(StrEnum):
    """How a value is entered, and its type in JSON: `texts` is a list of texts, `windows` a list of [from, to]."""

    TEXT = "text"
    NUMBER = "number"
    SWITCH = "switch"
    CHOICE = "choice"
    TEXTS = "texts"
    WINDOWS = "windows"


class Secret(StrEnum):
    """What a program can draw at random where the secret is ours to choose."""

    NONE = ""
    TOKEN = "token"  # noqa: S105  # a kind of secret, not one
    AES_KEY = "aes_key"
    SIGNING = "signing"


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: Words


@dataclass(frozen=True, slots=True)
class Field:
    """One setting or credential. `default` is what holds when it is left out; `draw` how a new secret may be made."""

    name: str
    label: Words
    hint: Words = NOTHING
    kind: FieldKind = FieldKind.TEXT
    needed: bool = False
    default: Any = None
    least: float | None = None
    most: float | None = None
    choices: tuple[Choice, ...] = ()
    draw: Secret = Secret.NONE


@dataclass(frozen=True, slots=True)
class Callback:
    """A callback address of an account: what it is for, and where the vendor's console asks for it."""

    kind: str
    label: Words
    where: Words


@dataclass(frozen=True, slots=True)
class AccountForm:
    """All that is asked for an account. `base_url` is the vendor's own; empty where each owner has another.

    `simulated` is the path below the simulator's address, or None where the simulator speaks another protocol there.
    """

    base_url: str
    credentials: tuple[Field, ...]
    settings: tuple[Field, ...]
    callbacks: tuple[Callback, ...]
    simulated: str | None = ""
