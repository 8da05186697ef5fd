"""Rules as typed trees. A new operator is one class, one arm in the SQL compiler and one in the evaluator beside it."""

from typing import Annotated, Literal

from pydantic import Field

from profiles.rules.event_leaves import EventAggregate, EventCount, Sequence, Step
from profiles.rules.node import RuleNode
from profiles.rules.person_leaves import (
    Attribute,
    Bucket,
    HasConsent,
    HasIdentity,
    Held,
    InJourney,
    InSegment,
    MessageHistory,
    Tag,
)

__all__ = [
    "And", "Attribute", "Bucket", "EventAggregate", "EventCount", "HasConsent", "HasIdentity", "Held", "InJourney",
    "InSegment", "Leaf", "MessageHistory", "Not", "Or", "Rule", "Sequence", "Step", "Tag",
]  # fmt: skip


class And(RuleNode):
    op: Literal["and"]
    args: list["Rule"] = Field(max_length=200)


class Or(RuleNode):
    op: Literal["or"]
    args: list["Rule"] = Field(max_length=200)


class Not(RuleNode):
    op: Literal["not"]
    arg: "Rule"


Leaf = (
    Attribute
    | Tag
    | EventAggregate
    | Sequence
    | InSegment
    | HasIdentity
    | HasConsent
    | InJourney
    | MessageHistory
    | Bucket
    | Held
)
Rule = Annotated[And | Or | Not | Leaf, Field(discriminator="op")]
