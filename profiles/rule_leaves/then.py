"""What the changes of people (`profiles_personhistory`) come to, in SQL: as of an instant, or without a break up to now.

Of some people each question is answered from the person's own changes, by the index that leads with the person. Of a
whole workspace the record is read once for everything that a rule asks of it, and joined to the people.
"""

from profiles.rule_leaves.comparisons import at_path, comparison
from profiles.rule_leaves.question import Question
from profiles.rule_leaves.sql import Sql, joined
from profiles.rules.ast import Held
from profiles.rules.compare import text

CHANGES = "profiles_personhistory c where c.profile_id = p.id"
# By way of the people: a small workspace reads its own changes by the index, and a large one the table. Behind `offset 0`
# the planner looks for the cheapest way to read; else it reads by the index whatever must be sorted later.
CHANGES_OF_ALL = (
    "(select c.profile_id, c.at, c.id, {values} from profiles_profile o"
    " join profiles_personhistory c on c.profile_id = o.id where o.workspace_id = %s and {wanted} offset 0) c"
)
IN_ORDER = "order by c.at, c.id"
NEWEST = "order by c.at desc, c.id desc"
RECORD = "known_then"


def attribute(top: str, rest: list[str], question: Question) -> Sql:
    """What the changes of an attribute up to the instant come to, at a path inside it (jsonb); null without any."""
    if question.everybody is not None:
        return _folded(_column("attributes", top, question), rest)
    return Sql(
        f"((select zhitu_fold(c.attributes -> %s {IN_ORDER}) from {CHANGES} and c.at <= %s and c.attributes ? %s) #> %s)",
        (top, question.at, top, rest),
    )


def tag(key: str, question: Question) -> Sql:
    """The newest change of a tag: true without a value, JSON null when it was taken away."""
    if question.everybody is not None:
        return Sql(_last(_column("tags", key, question)))
    return Sql(
        f"(select c.tags -> %s from {CHANGES} and c.at <= %s and c.tags ? %s {NEWEST} limit 1)",
        (key, question.at, key),
    )


def _folded(patches: str, rest: list[str]) -> Sql:
    """What an array of patches comes to, as zhitu_fold has it, which is asked only where the newest patch does not say all."""
    last = _last(patches)
    fold = f"(select zhitu_fold(u.patch order by u.place) from unnest({patches}) with ordinality as u(patch, place))"
    if not rest:
        return Sql(f"(case when jsonb_typeof({last}) = 'object' then {fold} else {last} end)")
    says_all = f"jsonb_typeof({last}) <> 'object' or coalesce(jsonb_typeof({last} #> %s), 'object') <> 'object'"
    return Sql(f"(case when {says_all} then {last} #> %s else {fold} #> %s end)", (rest, rest, rest))


def _last(array: str) -> str:
    return f"{array}[cardinality({array})]"


def record(question: Question) -> Sql | None:
    """The join that gives everything asked of the record of a whole workspace: one row a person, from one pass."""
    if not question.recorded:
        return None
    patches, values, wanted = [], [], []
    for number, (kind, key) in enumerate(question.recorded):
        patches.append(f"array_agg(c.v{number} {IN_ORDER}) filter (where c.v{number} is not null) as v{number}")
        values.append(Sql(f"c.{kind} -> %s as v{number}", (key,)))
        wanted.append(Sql(f"c.{kind} ? %s", (key,)))
    read, rows = joined(values, ", ", ""), joined(wanted, " or ", "false")
    changes = CHANGES_OF_ALL.format(values=read.text[1:-1], wanted=f"c.at <= %s and {rows.text}")
    return Sql(
        f"left join (select c.profile_id, {', '.join(patches)} from {changes} group by c.profile_id) {RECORD}"
        f" on {RECORD}.profile_id = p.id",
        (*read.params, question.everybody, question.at, *rows.params),
    )


def held_since(rule: Held, question: Question) -> Sql:
    """The instant since when the attribute has had the value without a break; null if it has not got it."""
    known = at_path("p.attributes", rule.key)
    now = comparison(known, "eq", rule.value, question.at, question.zone())
    since = _held_on_record(rule, question)
    return Sql(
        f"(case when p.history_since is null then case when {now.text} then coalesce(p.updated_at, '-infinity') end"
        f" else {since.text} end)",
        (*now.params, *since.params),
    )


def _held_on_record(rule: Held, question: Question) -> Sql:
    """The first of the changes after which, up to the last one, the value was never another."""
    top, *rest = rule.key.split(".")
    then = comparison(Sql("(h.value #> %s)", (rest,)), "eq", rule.value, question.at, question.zone())
    # The present state is what all changes come to, whatever clock the question goes by.
    until, limit = (" and c.at <= %s", (question.at,)) if question.as_of else ("", ())
    if question.everybody is None:
        return Sql(
            "(select min(r.at) from (select h.at, bool_and("
            + then.text
            + ") over (order by h.at desc, h.id desc) as same"
            f" from (select c.at, c.id, zhitu_fold(c.attributes -> %s) over ({IN_ORDER}) as value from {CHANGES}"
            f" and c.attributes ? %s{until}) h) r where r.same)",
            (*then.params, top, top, *limit),
        )
    # Everything goes by one order of the changes, so that they are sorted once.
    changes = CHANGES_OF_ALL.format(values="c.attributes -> %s as value", wanted=f"c.attributes ? %s{until}")
    # What equals no object by its text needs no objects put together.
    is_plain = not rest and not str(text(rule.value)).startswith("{")
    value = "c.value" if is_plain else "zhitu_fold(c.value) over w"
    known = (
        f"select c.profile_id, c.at, row_number() over w as place, {value} as value"
        f" from {changes} window w as (partition by c.profile_id {IN_ORDER})"
    )
    broken = f"max(h.place) filter (where not {then.text}) over (partition by h.profile_id)"
    name = f"s{len(question.joins)}"
    question.joins.append(
        Sql(
            "left join (select r.profile_id, min(r.at) as since"
            f" from (select h.profile_id, h.at, h.place, {broken} as broken from ({known}) h) r"
            f" where r.place > coalesce(r.broken, 0) group by r.profile_id) {name} on {name}.profile_id = p.id",
            (*then.params, top, question.everybody, top, *limit),
        )
    )
    return Sql(f"{name}.since")


def _column(kind: str, key: str, question: Question) -> str:
    asked = (kind, key)
    if asked not in question.recorded:
        question.recorded.append(asked)
    return f"{RECORD}.v{question.recorded.index(asked)}"
