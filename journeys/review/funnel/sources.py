"""What the figures of the funnel are counted from: read once for all of them, at a revision of the review."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from journeys.models import Journey
from journeys.review.answers import answered
from journeys.review.cached import cached_source
from journeys.review.credits.definition import primary_goal
from journeys.review.funnel.counting import Counted
from journeys.review.funnel.facts import about_nodes
from journeys.review.paths.conversions import Conversions, Worth, conversions
from journeys.review.paths.filters import Filters
from journeys.review.paths.freshness import Freshness
from journeys.review.paths.reading import Crowd, Trajectory, crowds, taken, trajectories


class Source(NamedTuple):
    """Runs and people by path, of them those who converted, and what their conversions are worth."""

    paths: Sequence[Trajectory]
    crowds: Sequence[Crowd]
    converted: Sequence[Crowd]
    worths: Sequence[Worth]

    def only(self, paths: set[int]) -> "Source":
        """Of runs on these paths alone."""
        return Source(
            [one for one in self.paths if one.path_id in paths],
            _within(self.crowds, paths),
            _within(self.converted, paths),
            [one for one in self.worths if one.path_id in paths],
        )


def source(journey: Journey, fresh: Freshness, filters: Filters) -> Source:
    """Raises DomainError as `trajectories` does."""
    if filters.about_people:
        return _read(journey, filters)
    return cached_source(journey.pk, fresh.revision, filters, lambda: _read(journey, filters))


def figure(journey: Journey, fresh: Freshness, asked: tuple[str, Filters, str], make: Callable[[], Any]) -> Any:
    """A figure by its name, filters and grouping, as plain data: as it was answered before at this revision, else made."""
    return make() if asked[1].about_people else answered(journey, fresh, asked, make)


def nodes_of(journey: Journey, fresh: Freshness, filters: Filters, found: Source) -> Counted:
    """The facts about nodes, which several figures of a page show."""

    def made() -> Counted:
        return Counted(found.paths, found.crowds, about_nodes)

    if filters.about_people:
        return made()
    return cached_source(journey.pk, fresh.revision, ("nodes", filters), made)


def _read(journey: Journey, filters: Filters) -> Source:
    goal = primary_goal(journey)
    known = taken(journey, filters)
    found = trajectories(journey, filters, known)
    met = conversions(journey, goal.id, filters) if goal else Conversions((), ())
    whole = Source(found, crowds(journey, filters, known), met.people, met.worths)
    return whole.only({one.path_id for one in found}) if filters.about_paths else whole


def _within(found: Sequence[Crowd], paths: set[int]) -> list[Crowd]:
    kept = [Crowd(tuple(path for path in one.paths if path in paths), one.people, one.day) for one in found]
    return [one for one in kept if one.paths]
