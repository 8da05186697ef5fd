"""What policy answers: send, do not send, or send later; and the facts it is asked about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from channels_app.policy.hours import DailyHours
from channels_app.policy.own import NONE, OwnRules
from channels_app.policy.reasons import Reason

Figures: TypeAlias = Mapping[str, str | int | float | bool | None]


@dataclass(frozen=True, slots=True)
class Allowed:
    """The message may be sent now."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """The message must not be sent. `rule` names the rule and `figures` what it compared, for the log."""

    reason: Reason
    rule: str
    figures: Figures = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Held:
    """The message may be sent from `until` on; it is judged again then."""

    until: datetime
    reason: Reason
    rule: str
    figures: Figures = field(default_factory=dict)


Verdict: TypeAlias = Allowed | Blocked | Held

ALLOWED = Allowed()


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A journey's own hours without marketing: `[from, to)` on the clock of the person's zone."""

    hours: DailyHours
    policy: Literal["hold", "skip"] = "hold"

    @classmethod
    def parse(cls, value: Mapping[str, str]) -> "QuietHours":
        """Read `{"from": "21:00", "to": "08:00", "policy": "hold"}`. Raises ValueError for anything else."""
        policy = value.get("policy", "hold")
        if policy not in ("hold", "skip"):
            raise ValueError(f"policy is hold or skip, not {policy!r}")
        try:
            hours = DailyHours.parse(value["from"], value["to"])
        except KeyError as error:
            raise ValueError(f"quiet hours need {error}") from error
        return cls(hours, "hold" if policy == "hold" else "skip")


@dataclass(frozen=True, slots=True)
class Past:
    """A message that this person has been sent, or is about to be: it counts towards quotas and caps."""

    at: datetime
    channel: str
    purpose: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SendRequest:
    """One message that wants to be sent.

    `consent` is the newest entry of the consent ledger for this channel and purpose, None if there is none. `zone` is
    the person's IANA zone. `on_blocked` is the node's choice for blocks that end at a known instant. `tags` are the
    template's. `past` is what the person has been sent in the last month, `turned` when they last turned to the
    account, by kind, `credits` how many messages of this template they still allow (None for either: not judged). `ignore_caps`
    is the journey's choice to pass over the workspace's frequency caps; quotas bind all the same. `own` are the
    workspace's rules.
    """

    channel: str
    purpose: str
    consent: str | None
    suppressed: bool = False
    has_address: bool = True
    template_approved: bool = True
    quiet_hours: QuietHours | None = None
    zone: str = "Asia/Shanghai"
    on_blocked: Literal["continue", "hold"] = "continue"
    tags: tuple[str, ...] = ()
    past: tuple[Past, ...] = ()
    turned: Mapping[str, datetime] | None = None
    credits: int | None = None
    ignore_caps: bool = False
    own: OwnRules = NONE
