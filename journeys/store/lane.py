"""Which enrollments one workflow drives."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID
from zlib import crc32


class OwnLane(NamedTuple):
    """The runs of one person in a journey that asks for `"execution": "per_person"`."""

    journey: UUID
    profile: UUID


class Lane(NamedTuple):
    """A hash partition of a workspace's people, or (`own` set) one person's runs of one journey."""

    workspace: UUID
    number: int = 0
    own: OwnLane | None = None

    @property
    def params(self) -> Mapping[str, Any]:
        own = self.own or OwnLane(self.workspace, self.workspace)
        return {"workspace": self.workspace, "lane": self.number, "journey": own.journey, "profile": own.profile}

    @property
    def counter(self) -> int:
        """The counter row that this lane adds to. Workflows of single people share a few rows."""
        return self.number if self.own is None else -1 - crc32(self.own.profile.bytes) % 8

    @property
    def workflow_id(self) -> str:
        """The id of the workflow that drives this lane."""
        if self.own is None:
            return f"lane/{self.workspace}/{self.number}"
        return f"journey/{self.own.journey}/profile/{self.own.profile}"

    def choose(self, shared: str, own: str) -> str:
        return shared if self.own is None else own


def lane_of(workspace: UUID, number: int | None, journey: UUID, profile: UUID) -> Lane:
    """Return the lane of an enrollment from its row; `number` is None where it has a workflow of its own."""
    return Lane(workspace, 0, OwnLane(journey, profile)) if number is None else Lane(workspace, number)


def lane_number(profile: UUID, lanes: int) -> int:
    """Return the lane of a person, out of `lanes`."""
    return crc32(profile.bytes) % lanes
