"""What is known about a person, in SQL: attributes and tags now and as of an instant, and since when they are so.

As of an instant, a value is what the changes up to then come to (`profiles_personhistory`). Of a person without any
change on record, what is known was known from when their row was last written.
"""

from profiles.rule_leaves import then
from profiles.rule_leaves.comparisons import at_path, comparison
from profiles.rule_leaves.question import Members, Question
from profiles.rule_leaves.sql import Sql, opposite
from profiles.rules.ast import Attribute, Bucket, HasConsent, HasIdentity, Held, Tag
from profiles.rules.buckets import DIGITS, bounds
from profiles.rules.compare import RELATIVE


def attribute(rule: Attribute, question: Question) -> Sql:
    return comparison(attribute_value(rule.key, question), rule.cmp, rule.value, question.at, _zone(rule, question))


def attribute_value(key: str, question: Question) -> Sql:
    """The value (jsonb) of an attribute, null if it is missing."""
    now = at_path("p.attributes", key)
    if not question.as_of:
        return now
    top, *rest = key.split(".")
    known = then.attribute(top, rest, question)
    return Sql(
        f"nullif(case when p.history_since is null then case when p.updated_at <= %s then {now.text} end else"
        f" {known.text} end, 'null'::jsonb)",
        (question.at, *now.params, *known.params),
    )


def _zone(rule: Attribute | Tag, question: Question) -> Sql:
    # Only dates that are compared with the present need the person's, which as of an instant must be looked for.
    return zone_of_person(question) if rule.cmp in RELATIVE else question.zone()


def zone_of_person(question: Question) -> Sql:
    named = attribute_value("timezone", question)
    return question.zone(Sql(f"zhitu_text({named.text})", named.params))


def tag(rule: Tag, question: Question) -> Sql:
    if rule.cmp in {"exists", "not_exists"}:
        # Not a question of its value: a tag with an empty one is there.
        present = _tag_is_there(rule.key, question)
        return present if rule.cmp == "exists" else opposite(present)
    return comparison(tag_value(rule.key, question), rule.cmp, rule.value, question.at, _zone(rule, question))


def tag_value(key: str, question: Question) -> Sql:
    """The value (jsonb) of a tag; null if it has none, or is not there."""
    if not question.as_of:
        return Sql("nullif(p.tags -> %s, 'null'::jsonb)", (key,))
    newest = then.tag(key, question)
    return Sql(
        "(case when p.history_since is null then case when p.updated_at <= %s then nullif(p.tags -> %s, 'null'::jsonb) end"
        f" else nullif(nullif({newest.text}, 'null'::jsonb), 'true'::jsonb) end)",
        (question.at, key, *newest.params),
    )


def _tag_is_there(key: str, question: Question) -> Sql:
    if not question.as_of:
        return Sql("(p.tags ? %s)", (key,))
    newest = then.tag(key, question)
    return Sql(
        "(case when p.history_since is null then p.updated_at <= %s and p.tags ? %s"
        f" else coalesce({newest.text} <> 'null'::jsonb, false) end)",
        (question.at, key, *newest.params),
    )


def held(rule: Held, question: Question) -> Sql:
    """Since the first of the changes after which, up to the last one, the value was never another."""
    since = then.held_since(rule, question)
    operator = "<=" if rule.cmp == "at_least" else ">"
    return Sql(f"coalesce({since.text} {operator} %s, false)", (*since.params, question.at - rule.span))


def identity(rule: HasIdentity, question: Question) -> Sql | Members:
    rows = question.rows("profiles_identity", "i", [Sql("i.type = %s", (rule.type,))])
    found = question.those_with(rows, "i")
    if rule.cmp == "exists":
        return found
    return opposite(found) if isinstance(found, Sql) else Members(found.select, outside=True)


def consent(rule: HasConsent, question: Question) -> Sql | Members:
    parts = [Sql("c.channel = %s and c.purpose = %s", (rule.channel, rule.purpose))]
    if question.as_of:
        parts.append(Sql("c.at <= %s", (question.at,)))
    rows = question.rows("profiles_consent", "c", parts)
    return question.those_whose_first(rows, "c", "c.at desc, c.id desc", Sql("c.status = 'granted'"))


def bucket(rule: Bucket) -> Sql:
    first, last = bounds(rule.from_, rule.to)
    place = bucket_position(rule)
    return Sql(f"({place.text} >= %s and {place.text} < %s)", (*place.params, first, *place.params, last))


def bucket_position(rule: Bucket) -> Sql:
    return Sql(f"('x' || left(md5(%s || p.id::text), {DIGITS}))::bit({DIGITS * 4})::bigint", (f"{rule.salt}/",))
