"""What the simulated voice vendors can be told: their accounts, and what the person called does."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from channels_app.simulator.config import Count, Strict


class CalleeLimits(Strict):
    """Calls one number may receive from all callers in rolling windows, as carriers hold it; 0 is no limit."""

    per_5_minutes: Count = 3
    per_day: Count = 5


class VoiceAccount(Strict):
    """An account at one of the voice services.

    `templates` maps a TtsCode or a script id to its text. A call rings for `ring_ms`, in which somebody may act as the
    person called; then it is answered, or not, as `unattended` says, and lasts `talk_ms` unless somebody hangs up.
    `hours` are those in which the vendor dials, on the clock of Shanghai.
    """

    secret: str
    templates: dict[str, str] = {}
    instance_id: str = ""
    show_numbers: tuple[str, ...] = ()
    report_url: str = ""
    progress_url: str = ""
    qps: Count = 0
    ring_ms: Count = 0
    talk_ms: Count = 0
    unattended: Literal["answer", "no_answer", "busy"] = "answer"
    hours: tuple[str, str] = ("00:00", "24:00")
    limits: CalleeLimits = CalleeLimits()
    intent_tag: str = "意向等级"
    retry_scale: Annotated[float, Field(ge=0)] = 1.0


class End(StrEnum):
    """How a simulated call ended."""

    COMPLETED = "completed"
    HUNG_UP = "hung_up"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    POWERED_OFF = "powered_off"
    INVALID = "invalid"
    SUSPENDED = "suspended"
    OUT_OF_HOURS = "out_of_hours"
    TOO_OFTEN = "too_often"
    CANCELLED = "cancelled"


HEARD = frozenset({End.COMPLETED, End.HUNG_UP})


class Act(Strict):
    """What the person called does; `keys` belong to `press`, `intent` to `intent` (also after the call: a correction)."""

    act: Literal[
        "answer",
        "hang_up",
        "reject",
        "busy",
        "no_answer",
        "unreachable",
        "powered_off",
        "invalid",
        "suspended",
        "press",
        "intent",
        "opt_out",
    ]
    keys: Annotated[str, Field(pattern=r"^[0-9*#]{0,32}$")] = ""
    intent: Literal["", "A", "B", "C", "D", "E", "F"] = ""
