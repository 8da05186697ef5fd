"""Rules compiled to SQL: the one evaluator of rules, for splits, segments and previews alike.

A compiled rule is one boolean expression over `p` (a row of profiles_profile) and, for `since_enrollment`, over
`m.since`. It mirrors `profiles.rules.judge`; a property test holds the two together. Table names are plain, so
a caller may shadow them by a WITH clause and judge people who are not stored. `everybody` asks the same of a whole
workspace, with sets instead of questions for each person.
"""

from datetime import datetime
from uuid import UUID

from profiles.rule_leaves import elsewhere, events, known, then
from profiles.rule_leaves.question import Members, Question
from profiles.rule_leaves.sql import Sql, joined
from profiles.rules.ast import (
    And,
    Attribute,
    Bucket,
    EventAggregate,
    HasConsent,
    HasIdentity,
    Held,
    InJourney,
    InSegment,
    Leaf,
    MessageHistory,
    Not,
    Or,
    Rule,
    Sequence,
    Tag,
)
from profiles.segment_definitions import Definitions

__all__ = ["Sql", "condition", "everybody"]


def condition(rule: Rule, now: datetime, definitions: Definitions | None = None, *, as_of: bool = False) -> Sql:
    """Compile `rule`, as it stands at `now` (aware), to a boolean that is never null.

    What is known about people is what is known at present, or with `as_of` what was known then. A segment is replaced
    by its rule as it is stored now. Raises UnknownSegment, SegmentCycle, RuleTooLarge.
    """
    return _compiled(rule, Question(now, as_of), definitions or Definitions())


def everybody(workspace: UUID, rule: Rule, at: datetime, definitions: Definitions, *, as_of: bool = False) -> Sql:
    """Compile `from ... where ...` of the people `p` of a workspace whom `rule` holds for. Raises as `condition` does."""
    question = Question(at, as_of, workspace)
    asked = _compiled(rule, question, definitions)
    record = then.record(question)
    sets = question.joins if record is None else [record, *question.joins]
    joins = "".join(f" {join.text}" for join in sets)
    params = [value for join in sets for value in join.params]
    return Sql(
        f"from profiles_profile p{joins} where p.workspace_id = %s and {asked.text}",
        (*params, workspace, *asked.params),
    )


def _compiled(
    rule: Rule, question: Question, definitions: Definitions, *, negated: bool = False, pulled: bool = True
) -> Sql:
    """`negated`: the denial is wanted. `pulled`: it stands among the conditions that must all hold."""
    match rule:
        case And(args=args) | Or(args=args):
            all_hold = isinstance(rule, And) is not negated
            pulled = pulled and (all_hold or len(args) == 1)
            parts = [_compiled(arg, question, definitions, negated=negated, pulled=pulled) for arg in args]
            return joined(parts, " and " if all_hold else " or ", "true" if all_hold else "false")
        case Not(arg=arg):
            return _compiled(arg, question, definitions, negated=not negated, pulled=pulled)
        case InSegment(id=id_):
            with definitions.opened(id_) as definition:
                if definition.is_list:
                    return question.told(_listed(id_, question), negated=negated, pulled=pulled)
                inner = _compiled(definition.rule, question, definitions, negated=negated, pulled=pulled)
            if question.everybody is not None and question.everybody == definition.workspace:
                return inner
            # A segment of another workspace has no members here.
            sides = ("<>", "or") if negated else ("=", "and")
            return Sql(f"(p.workspace_id {sides[0]} %s {sides[1]} {inner.text})", (definition.workspace, *inner.params))
        case _:
            return question.told(_leaf(rule, question), negated=negated, pulled=pulled)


def _listed(segment: str, question: Question) -> Sql | Members:
    """Whether somebody is in a list, or was at that instant: by its members and by the stays that are over."""
    members = "profiles_segmentmember l where l.segment_id = %s and l.since <= %s"
    stays = "profiles_segmentstay l where l.segment_id = %s and l.entered_at <= %s and l.left_at > %s"
    params = (segment, question.at, segment, question.at, question.at)
    if question.everybody is not None:
        return Members(Sql(f"select l.profile_id from {members} union all select l.profile_id from {stays}", params))
    theirs = "and l.profile_id = p.id"
    return Sql(
        f"(exists (select 1 from {members} {theirs}) or exists (select 1 from {stays} {theirs}))",
        params,
    )


def _leaf(rule: Leaf, question: Question) -> Sql | Members:
    match rule:
        case Attribute():
            return known.attribute(rule, question)
        case Tag():
            return known.tag(rule, question)
        case Held():
            return known.held(rule, question)
        case HasIdentity():
            return known.identity(rule, question)
        case HasConsent():
            return known.consent(rule, question)
        case Bucket():
            return known.bucket(rule)
        case EventAggregate():
            return events.event(rule, question)
        case Sequence():
            return events.sequence(rule, question)
        case InJourney():
            return elsewhere.journey(rule, question)
        case MessageHistory():
            return elsewhere.message(rule, question)
        case InSegment():
            raise AssertionError("a segment is replaced by its rule")
