"""By which goals the review of a journey counts: those of its live version, else its last, or its own."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
from django.contrib.auth.models import User
from django.db import transaction
from pydantic import TypeAdapter, ValidationError

from journeys.engine.graph import Goal
from journeys.models import Journey, ReviewDefinition
from journeys.review.credits.rules import InForce, Rules, rules_of
from journeys.review.rows import rows
from profiles.rules.durations import InvalidDuration, parse
from workspaces.errors import DomainError

MOST_GOALS = 50
# The number of the way in which credits are computed from a definition: by another one all are computed again.
WAY: Final = 2
# What a goal is called, and whether it ends a run, changes no figure.
_NAMES = {"name", "exit", "primary"}
_GOALS = TypeAdapter(list[Goal])


class Definition(NamedTuple):
    """The goals, and the rules of the workspace. `since` (aware) is when the later of both came into force.

    `source`: `version` (whose number is `version`), `override`, or `none` for a journey that was never published.
    `keys` are the properties by which versions tell the runs of one person apart.
    """

    source: str
    version: int | None
    since: datetime | None
    goals: tuple[Goal, ...]
    in_force: InForce
    keys: Mapping[UUID, str]

    @property
    def rules(self) -> Rules:
        return self.in_force.rules

    @property
    def primary(self) -> Goal | None:
        """The goal that is marked so, else the first."""
        return next((goal for goal in self.goals if goal.primary), self.goals[0] if self.goals else None)

    @property
    def digest(self) -> str:
        """The same for definitions by which every figure is the same."""
        goals = [goal.model_dump(mode="json", exclude=_NAMES) for goal in self.goals]
        body = {
            "way": WAY,
            "goals": goals,
            "rules": self.rules.model_dump(mode="json"),
            "revision": self.in_force.revision,
        }
        return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()

    def as_data(self) -> dict[str, Any]:
        """What a report says of it."""
        return {
            "source": self.source,
            "version": self.version,
            "since": self.since.isoformat() if self.since else None,
            "goals": [goal.model_dump(mode="json") for goal in self.goals],
            "rules": self.rules.model_dump(mode="json"),
        }


# Of each version what a review goes by, and not its graph, which may be long. The key is what `Plan.key` is, also of a version
# that cannot be run.
_VERSIONS: Final = """
select v.journey_id, v.id, v.number, v.published_at, (v.graph #> '{settings,goals}')::text as goals,
    case when jsonb_typeof(t.trigger #> '{config,key}') = 'string' then t.trigger #>> '{config,key}' end as key
from journeys_journeyversion v
cross join lateral (select jsonb_path_query_first(v.graph, '$.nodes[*] ? (@.type == "trigger")') as trigger) t
where v.journey_id = any(%(journeys)s) order by v.number desc
"""


class _Version(NamedTuple):
    journey: UUID
    id: UUID
    number: int
    published_at: datetime
    goals: str | None
    key: str | None


def definition_of(journey: Journey) -> Definition:
    """Return what the review goes by now. What a version's graph says that cannot be read is no goal of it."""
    return definitions_of([journey])[journey.pk]


def definitions_of(journeys: Collection[Journey]) -> dict[UUID, Definition]:
    """The same of many journeys, in as few statements."""
    ids = [journey.pk for journey in journeys]
    rules = {workspace: rules_of(workspace) for workspace in {journey.workspace_id for journey in journeys}}
    own = {row.journey_id: row for row in ReviewDefinition.objects.filter(journey_id__in=ids)}
    versions: dict[UUID, list[_Version]] = {pk: [] for pk in ids}
    for version in map(_Version._make, rows(_VERSIONS, {"journeys": ids})):
        versions[version.journey].append(version)
    return {
        journey.pk: _definition(
            journey.live_version_id, versions[journey.pk], own.get(journey.pk), rules[journey.workspace_id]
        )
        for journey in journeys
    }


def _definition(
    live_id: UUID | None, versions: Sequence[_Version], own: ReviewDefinition | None, in_force: InForce
) -> Definition:
    """`versions`: the newest first."""
    keys = {version.id: version.key for version in versions if version.key}
    if own is not None:
        goals = tuple(_GOALS.validate_python(own.goals))
        return Definition("override", None, _later(own.since, in_force), goals, in_force, keys)
    live = next((one for one in versions if one.id == live_id), versions[0] if versions else None)
    if live is None:
        return Definition("none", None, in_force.since, (), in_force, keys)
    return Definition("version", live.number, _later(live.published_at, in_force), _goals(live.goals), in_force, keys)


def primary_goal(journey: Journey) -> Goal | None:
    """The goal that figures of money go by: the one marked primary, else the first; None: the journey has none."""
    return definition_of(journey).primary


def goals_of(journey: Journey) -> tuple[Goal, ...]:
    """The goals that the review counts now."""
    return definition_of(journey).goals


def goal_named(journey: Journey, wanted: str | None) -> Goal | None:
    """The goal of this id, without one the primary; None: the journey has none. Raises DomainError `unknown_goal`."""
    definition = definition_of(journey)
    if wanted is None:
        return definition.primary
    found = next((goal for goal in definition.goals if goal.id == wanted), None)
    if found is None:
        raise DomainError("unknown_goal", f"The review counts no goal {wanted!r}.", "goal")
    return found


def set_goals(journey: Journey, goals: Sequence[Mapping[str, Any]], user: User | None, now: datetime) -> None:
    """Let the review go by these goals. Raises DomainError `invalid_goals`."""
    read = check(goals)
    with transaction.atomic():
        ReviewDefinition.objects.update_or_create(
            journey=journey,
            defaults={
                "workspace_id": journey.workspace_id,
                "goals": [goal.model_dump(mode="json") for goal in read],
                "since": now,
                "by": user,
            },
        )


def clear_goals(journey: Journey) -> bool:
    """Let the review go by the version's goals again. Returns whether it had its own."""
    return ReviewDefinition.objects.filter(journey=journey).delete()[0] > 0


def check(goals: Sequence[Mapping[str, Any]]) -> list[Goal]:
    """Read goals as a version's. Raises DomainError `invalid_goals`."""
    if not goals or len(goals) > MOST_GOALS:
        raise DomainError("invalid_goals", f"From 1 to {MOST_GOALS} goals are expected.", "goals")
    try:
        read = _GOALS.validate_python(list(goals))
        for goal in read:
            if goal.window is not None:
                parse(goal.window)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise DomainError("invalid_goals", f"{place}: {first['msg']}", "goals") from error
    except InvalidDuration as error:
        raise DomainError("invalid_goals", str(error), "goals") from error
    if len({goal.id for goal in read}) < len(read):
        raise DomainError("invalid_goals", "A goal's id is used twice.", "goals")
    return read


def _later(since: datetime, in_force: InForce) -> datetime:
    return since if in_force.since is None else max(since, in_force.since)


def _goals(written: str | None) -> tuple[Goal, ...]:
    goals = orjson.loads(written) if written else None
    try:
        return tuple(check(goals)) if goals else ()
    except (DomainError, TypeError):
        return ()
