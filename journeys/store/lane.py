"""Which enrollments one workflow drives."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID
from zlib import crc32


class Lane(NamedTuple):
    """A hash partition of a workspace's people, or (`enrollment` set) one enrollment that has a workflow of its own."""

    workspace: UUID
    number: int = 0
    enrollment: UUID | None = None

    @property
    def params(self) -> Mapping[str, Any]:
        return {"workspace": self.workspace, "lane": self.number, "enrollment": self.enrollment}

    @property
    def counter(self) -> int:
        """The counter row that this lane adds to. Workflows of single enrollments share a few rows."""
        return self.number if self.enrollment is None else -1 - crc32(self.enrollment.bytes) % 8

    def choose(self, of_lane: str, of_enrollment: str) -> str:
        return of_lane if self.enrollment is None else of_enrollment


def lane_number(profile: UUID, lanes: int) -> int:
    """Return the lane of a person, out of `lanes`."""
    return crc32(profile.bytes) % lanes
