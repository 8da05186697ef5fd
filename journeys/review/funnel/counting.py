"""Facts of paths, counted: how many people, and how many times. Pure.

People count once, however often they ran or looped; times count each. Who has run twice is in one crowd with both paths.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from journeys.review.funnel.facts import Fact, Facts
from journeys.review.paths.folding import Body
from journeys.review.paths.reading import Crowd, Trajectory


class Count(NamedTuple):
    people: int
    times: int

    def shown(self) -> dict[str, int]:
        return self._asdict()


class Counted:
    """How often each fact holds over some trajectories and the crowds of the same people."""

    def __init__(self, paths: Iterable[Trajectory], crowds: Iterable[Crowd], facts_of: Callable[[Body], Facts]) -> None:
        self._facts: dict[int, Facts] = {}
        self.times: dict[Fact, int] = defaultdict(int)
        for path in paths:
            known = self._facts.get(path.path_id)
            if known is None:
                known = self._facts[path.path_id] = facts_of(path.body)
            for fact, times in known.items():
                self.times[fact] += times * path.runs
        self.people = self.people_of(crowds)

    def people_of(self, crowds: Iterable[Crowd]) -> Mapping[Fact, int]:
        """How many people of these crowds each fact holds for; the crowds are of the same paths, or of some of them."""
        people: dict[Fact, int] = defaultdict(int)
        nothing: Facts = {}
        for crowd in crowds:
            if len(crowd.paths) == 1:
                held: Iterable[Fact] = self._facts.get(crowd.paths[0], nothing)
            else:
                held = {fact for path in crowd.paths for fact in self._facts.get(path, nothing)}
            for fact in held:
                people[fact] += crowd.people
        return people

    def __getitem__(self, fact: Fact) -> Count:
        return Count(self.people.get(fact, 0), self.times.get(fact, 0))

    def starting(self, name: str | None) -> Mapping[Fact, Count]:
        """The facts whose first word is this, without it."""
        return {fact[1:]: self[fact] for fact in self.times if fact[0] == name}
