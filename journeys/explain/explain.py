"""An enrollment's stream, and where it has led, in plain words."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from journeys.engine.enrollment import Enrollment
from journeys.explain import messages, path
from journeys.explain.names import Names
from journeys.explain.telling import Language, Telling
from journeys.explain.words import EXITS

Text = Callable[[Any, Telling], str]

# Every kind of the contract. A new kind is a function in `path` or `messages`, and its name here.
TEXTS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        text.__name__: text
        for text in (
            *(path.enrolled, path.held_out, path.node_entered, path.wait_started, path.wait_ended, path.event_matched),
            *(path.branch_taken, path.variant_assigned, path.exited, path.completed),
            *(messages.message_requested, messages.message_blocked, messages.message_updated),
            *(messages.task_created, messages.task_closed, messages.profile_updated, messages.webhook_called),
            messages.enroll_requested,
            *(messages.goal_reached, messages.converted, messages.step_failed, messages.step_retried),
            *(messages.profile_merged, messages.profile_unmerged),
            *(messages.migrated, messages.paused, messages.resumed),
        )
    }
)


def explain(kind: str, node: str, data: Mapping[str, Any], names: Names, language: Language, zone: str) -> str:
    """Say what one entry of a stream means. `zone` is the workspace's, for instants whose event recorded none."""
    tell = Telling(language, names, zone, node)
    text = TEXTS.get(kind)
    # A kind of a later release, read by this one.
    return text(data, tell) if text else tell.say(f"{tell.here}：{kind}", f"{kind} at {tell.here}")


def explain_state(state: Enrollment, names: Names, language: Language, zone: str) -> str:
    """Say where the person is now, and what they wait for."""
    tell = Telling(language, names, zone, state.node)
    here, ended = tell.here, tell.time(state.ended_at)
    match state.state:
        case "active":
            return _coming(state, tell)
        case "waiting":
            waits = path.wait_started(_present_wait(state), tell)
            return tell.say(f"在{here}：{waits}", f"At {here}: {waits[0].lower()}{waits[1:]}")
        case "failed":
            return tell.say(
                f"停在{here}：处理失败，需要重试或移出",
                f"Stuck at {here}: the step failed; retry it or remove the person",
            )
        case "held_out":
            return tell.say("在留出组，不执行旅程，只统计目标", "Held out for comparison; only goals count")
        case "converted_exit":
            why = tell.word(EXITS, "goal")
            return tell.say(f"于 {ended} 离开：{why}", f"Left at {ended}: {why}")
        case "exited":
            return tell.say(f"于 {ended} 在{here}离开旅程", f"Left the journey at {here} at {ended}")
    return tell.say(f"于 {ended} 在{here}之后走完旅程", f"The path ended after {here} at {ended}")


def _coming(state: Enrollment, tell: Telling) -> str:
    due: datetime | None = state.due_at
    if state.attempts and due is not None:
        return tell.say(
            f"在{tell.here}：处理失败，将于 {tell.time(due)} 重试",
            f"At {tell.here}: the step failed and is tried again at {tell.time(due)}",
        )
    return tell.say(f"刚到{tell.here}，即将处理", f"Has come to {tell.here} and moves on in a moment")


def _present_wait(state: Enrollment) -> Mapping[str, Any]:
    """The wait as it began, with the end that holds now: a retry or a resumed journey may have moved it."""
    return {**(state.wait or {}), "until": state.due_at.isoformat() if state.due_at else None}
