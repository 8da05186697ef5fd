"""Enrollments as rules ask for them: who is, or was as of an instant, in a journey, in which state, and since when."""

from typing import Final
from uuid import UUID

from profiles.rule_leaves.question import Question
from profiles.rule_leaves.sql import Sql
from profiles.rules.ast import InJourney
from profiles.rules.durations import parse

ENDED: Final = ["completed", "exited", "converted_exit", "held_out"]
LIVE: Final = ["active", "waiting", "failed"]
# The kinds of entries that make a state, as `engine.enrollment` folds them.
MAKE_A_STATE: Final = (
    "enrolled", "held_out", "node_entered", "wait_started", "wait_ended", "event_matched", "step_retried", "exited",
    "completed", "step_failed",
)  # fmt: skip
# The entry of the stream, up to an instant, that made the state what it was then.
THEN: Final = f"""
(select {{what}} from journeys_enrollmentevent v where v.enrollment_id = r.id and v.at <= %s
 and v.kind in ({", ".join(f"'{kind}'" for kind in MAKE_A_STATE)})
 and (v.kind <> 'step_failed' or v.data ->> 'retry_at' is null)
 order by v.seq desc limit 1)
"""
STATE: Final = """
case v.kind when 'held_out' then 'held_out' when 'completed' then 'completed' when 'wait_started' then 'waiting'
    when 'step_failed' then 'failed' when 'exited' then case when v.data ? 'goal' then 'converted_exit' else 'exited' end
    else 'active' end
"""


def enrollments(rule: InJourney, question: Question) -> Sql:
    """`profiles.rule_leaves.elsewhere.Elsewhere.enrollments`."""
    try:
        journey = UUID(rule.id)
    except ValueError:
        return question.rows("journeys_enrollment", "r", [Sql("false")])
    parts = [Sql("r.journey_id = %s", (journey,)), Sql("r.enrolled_at <= %s", (question.at,))]
    states = {"any": [*LIVE, *ENDED], "live": LIVE, "ended": ENDED}.get(rule.status, [rule.status])
    if rule.status != "any":
        state = Sql(THEN.format(what=STATE), (question.at,)) if question.as_of else Sql("r.state")
        parts.append(Sql(f"{state.text} = any(%s)", (*state.params, states)))
    if rule.within is not None:
        since = _since(states, question)
        parts.append(Sql(f"{since.text} > %s", (*since.params, question.at - parse(rule.within).fixed)))
    return question.rows("journeys_enrollment", "r", parts)


def _since(states: list[str], question: Question) -> Sql:
    """Since when it is over, or has failed; of all others, since they came in."""
    if set(states) <= {*ENDED, "failed"}:
        return Sql(THEN.format(what="v.at"), (question.at,))
    return Sql("r.enrolled_at")
