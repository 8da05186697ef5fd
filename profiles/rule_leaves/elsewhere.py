"""Where other apps plug in the rows that rules ask for and profiles does not keep: journeys and messages.

The composition root registers them. Each gives `from ... where ...` by `Question.rows`, of a table with `profile_id`
and `workspace_id`; only values that are parameters may come from the rule.
"""

from collections.abc import Callable
from dataclasses import dataclass

from profiles.rule_leaves.events import aggregate
from profiles.rule_leaves.question import Members, Question
from profiles.rule_leaves.sql import Sql
from profiles.rules.ast import InJourney, MessageHistory


class NotRegistered(RuntimeError):
    """The composition root has not said where these rows are."""

    code = "port_missing"


@dataclass
class Elsewhere:
    """`enrollments` and `messages` give the rows as `r` that count for the rule at the question's instant."""

    enrollments: Callable[[InJourney, Question], Sql] | None = None
    messages: Callable[[MessageHistory, Question], Sql] | None = None


elsewhere = Elsewhere()


def journey(rule: InJourney, question: Question) -> Sql | Members:
    if elsewhere.enrollments is None:
        raise NotRegistered("Nobody has said where enrollments are.")
    return question.those_with(elsewhere.enrollments(rule, question), "r")


def message(rule: MessageHistory, question: Question) -> Sql | Members:
    return aggregate(rule, messages(rule, question), "r", question, Sql("null::jsonb"))


def messages(rule: MessageHistory, question: Question) -> Sql:
    if elsewhere.messages is None:
        raise NotRegistered("Nobody has said where messages are.")
    return elsewhere.messages(rule, question)
