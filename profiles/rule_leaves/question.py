"""What is asked by a compiled rule: about whom, and as of when.

The same leaf is compiled in one of two shapes. About some people, its rows are found person by person, by the indexes
that lead with the person. About everybody of a workspace, its people are worked out as a set, once, and joined.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from profiles.rule_leaves.sql import Sql, joined, opposite


@dataclass(frozen=True)
class Members:
    """A select of `profile_id`, perhaps repeated; `outside`: everybody else is meant."""

    select: Sql
    outside: bool = False


@dataclass(frozen=True)
class Question:
    """`as_of`: the state of then is asked for, not the present one that is at hand. `everybody` of which workspace.

    `joins` and `recorded` are what has been asked so far of everybody: sets of people, and the attributes and tags whose
    changes must be read (`profiles.rule_leaves.then`).
    """

    at: datetime
    as_of: bool = False
    everybody: UUID | None = None
    joins: list[Sql] = field(default_factory=list)
    recorded: list[tuple[str, str]] = field(default_factory=list)

    def rows(self, table: str, alias: str, conditions: Iterable[Sql]) -> Sql:
        """`from ... where ...`: the rows of a table with `profile_id` and `workspace_id` that belong to those asked about."""
        if self.everybody is None:
            owner = Sql(f"{alias}.profile_id = p.id")
        else:
            owner = Sql(f"{alias}.workspace_id = %s", (self.everybody,))
        found = joined([owner, *conditions], " and ", "true")
        return Sql(f"from {table} {alias} where {found.text[1:-1]}", found.params)

    def those_with(self, rows: Sql, alias: str) -> Sql | Members:
        """Who has any of `rows`."""
        if self.everybody is None:
            return Sql(f"exists (select 1 {rows.text})", rows.params)
        return Members(Sql(f"select {alias}.profile_id {rows.text}", rows.params))

    def those_whose(self, rows: Sql, alias: str, test: Sql, *, of_nothing: bool) -> Sql | Members:
        """Of whom `test`, over all of their `rows`, holds. `of_nothing` is what it says of no row."""
        if self.everybody is None:
            return Sql(f"(select {test.text} {rows.text})", (*test.params, *rows.params))
        wanted = f"not ({test.text})" if of_nothing else test.text
        return Members(
            Sql(
                f"select {alias}.profile_id {rows.text} group by {alias}.profile_id having {wanted}",
                (*rows.params, *test.params),
            ),
            outside=of_nothing,
        )

    def those_whose_first(self, rows: Sql, alias: str, order: str, test: Sql) -> Sql | Members:
        """Of whom `test` holds for the first of their `rows` in an order."""
        if self.everybody is None:
            return Sql(
                f"exists (select 1 from (select {alias}.* {rows.text} order by {order} limit 1) {alias}"
                f" where {test.text})",
                (*rows.params, *test.params),
            )
        person = f"{alias}.profile_id"
        return Members(
            Sql(
                f"select {person} from (select distinct on ({person}) {alias}.* {rows.text} order by {person}, {order})"
                f" {alias} where {test.text}",
                (*rows.params, *test.params),
            )
        )

    def told(self, leaf: Sql | Members, *, negated: bool, pulled: bool) -> Sql:
        """The leaf as a boolean over `p`. `pulled`: it stands among the conditions that must all hold.

        There PostgreSQL makes a semi-join or anti-join of `exists` by itself. Elsewhere it would work out the set in
        memory only if it expects it to be small, else once for each person; so the set is joined. It is materialized,
        because each process of a parallel plan would otherwise work out a set of its own.
        """
        if isinstance(leaf, Sql):
            return opposite(leaf) if negated else leaf
        outside = leaf.outside is not negated
        if pulled:
            found = Sql(f"exists (select 1 from ({leaf.select.text}) s where s.profile_id = p.id)", leaf.select.params)
            return opposite(found) if outside else found
        name = f"s{len(self.joins)}"
        self.joins.append(
            Sql(
                f"left join (with m as materialized (select distinct profile_id from ({leaf.select.text}) s)"
                f" select profile_id from m) {name} on {name}.profile_id = p.id",
                leaf.select.params,
            )
        )
        return Sql(f"({name}.profile_id is {'' if outside else 'not '}null)")

    def zone(self, asked: Sql | None = None) -> Sql:
        """The zone that `asked` (text) names, else the workspace's, in which a date's midnight is meant."""
        if self.everybody is None:
            fallback = Sql("(select w.timezone from workspaces_workspace w where w.id = p.workspace_id)")
        else:
            fallback = Sql("(select w.timezone from workspaces_workspace w where w.id = %s)", (self.everybody,))
        if asked is None:
            return fallback
        return Sql(f"zhitu_zone({asked.text}, {fallback.text})", (*asked.params, *fallback.params))
