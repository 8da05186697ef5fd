"""What workflows and activities say to each other: one dataclass a message. Instants are aware UTC."""

from dataclasses import dataclass
from datetime import datetime

TASK_QUEUE = "zhitu"
NUDGE = "nudge"
LANE_WORKFLOW = "LaneWorkflow"
SWEEP_WORKFLOW = "SweepWorkflow"
ADVANCE = "advance_lane"
ADVANCE_FEW = "advance_few"
SWEEP = "sweep"


@dataclass(frozen=True)
class LaneRef:
    """Which lane: a number, or one person's runs of one journey (`journey` and `profile` set). Ids as text."""

    workspace: str
    number: int = 0
    journey: str | None = None
    profile: str | None = None


@dataclass(frozen=True)
class AdvanceRequest:
    lane: LaneRef
    now: datetime


@dataclass(frozen=True)
class AdvanceReport:
    """How many moved, whether more are due at once, and when the next is planned (None: never)."""

    moved: int
    more: bool
    next_due: datetime | None
