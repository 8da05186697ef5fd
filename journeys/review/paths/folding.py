"""The path of one run: its stream, and what became of its messages, told without times and without the person. Pure.

Many runs take the same path, so the review counts paths. A body is
`{"steps": [[node, outcome | null], ...], "end": state, "reason": exit reason or "", "variants": {node: variant},
"sends": [[node, channel, state, reason], ...], "goals": [...], "held_out": bool}`: steps and sends in order, goals sorted.

- An outcome is null where the run is, or where it ended without leaving by one. `MOVED` is no outcome of a node: the run
  was moved to another node of another version. A run that kept its node there goes on in the same step.
- The version of a path is the one that the run is in now; all its steps count there.
- Who was held out has taken no step.
- The state of a send is the furthest that its message has come to. The reason says what refused or failed it; of a call
  that was made it is the call's result (`no_answer`, `intent_A`).
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, NamedTuple

import orjson

# The number of these rules: rows that were made by others are made afresh.
RULES: Final = 2
MOVED: Final = "~moved"
DIGITS: Final = 3
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
SECOND: Final = 1_000_000
# The entries that a path is made of; all others leave it as it is.
KINDS: Final = (
    *("enrolled", "held_out", "node_entered", "completed", "exited", "variant_assigned"),
    *("goal_reached", "converted", "migrated", "profile_unmerged"),
)


Body = Mapping[str, Any]


class Entry(NamedTuple):
    """One entry of a stream in its present shape. `at`: microseconds since 1970 UTC."""

    seq: int
    kind: str
    node: str
    at: int
    data: Mapping[str, Any]


class Sent(NamedTuple):
    """What became of one message of the run."""

    node: str
    channel: str
    state: str
    reason: str


class Stay(NamedTuple):
    """A stay at a node that is over: which entry ended it, in which version, and how long it was, in `rounded` seconds."""

    seq: int
    version: str
    node: str
    seconds: int


class Folded(NamedTuple):
    """A run's path, and its stays in order."""

    body: Body
    stays: list[Stay]


def fold_run(version: str, state: str, entries: Iterable[Entry], sends: Iterable[Sent]) -> Folded:
    """Fold a run that is in `version` and in `state` now. `entries`: all of its stream, or those of KINDS, in order.

    A stay is from when the person came (by the clock of what brought them, where the stream has it) until they came to the
    next node, or the run ended. A run that a merge had ended and that goes on begins another stay.
    """
    entries = list(entries)
    steps: list[list[str | None]] = []
    variants: dict[str, str] = {}
    goals: set[str] = set()
    stays: list[Stay] = []
    reason, held_out, came = "", False, 0
    where = next((one.data["from_version"] for one in entries if one.kind == "migrated"), version)
    for seq, kind, node, at, data in entries:
        if kind == "node_entered":
            since = data.get("since")
            arrived = at if since is None else (datetime.fromisoformat(since) - EPOCH) // MICROSECOND
            if steps:
                stays.append(Stay(seq, where, str(steps[-1][0]), rounded(arrived - came)))
                steps[-1][1] = data["outcome"]
            steps.append([node, None])
            came = arrived
        elif kind == "enrolled":
            steps.append([node, None])
            came = at
        elif kind == "variant_assigned":
            variants[node] = data["variant"]
        elif kind in ("converted", "goal_reached"):
            goals.add(data["goal"])
        elif kind in ("completed", "exited"):
            stays.append(Stay(seq, where, node, rounded(at - came)))
            if kind == "completed":
                steps[-1][1] = data["outcome"]
            else:
                reason = data["reason"]
        elif kind == "migrated":
            if data.get("entered") or node != steps[-1][0]:
                stays.append(Stay(seq, where, str(steps[-1][0]), rounded(at - came)))
                steps[-1][1] = MOVED
                steps.append([node, None])
                came = at
            where = data["to_version"]
        elif kind == "held_out":
            held_out = True
        elif kind == "profile_unmerged" and data.get("resume"):
            reason, came = "", at
    return Folded(
        {
            "steps": steps,
            "end": state,
            "reason": reason,
            "variants": variants,
            "sends": [list(sent) for sent in sends],
            "goals": sorted(goals),
            "held_out": held_out,
        },
        stays,
    )


def canonical(body: Body) -> bytes:
    """The one way of writing a body: equal bodies, and no others, are the same bytes."""
    return orjson.dumps(body, option=orjson.OPT_SORT_KEYS)


def digest_of(written: bytes) -> bytes:
    return sha256(written).digest()


def rounded(microseconds: int) -> int:
    """Whole seconds with the first three digits kept, the others 0. Clocks that disagree make no stay shorter than none."""
    seconds = microseconds // SECOND
    if seconds < 10**DIGITS:
        return max(seconds, 0)
    step: int = 10 ** (len(str(seconds)) - DIGITS)
    return seconds // step * step
