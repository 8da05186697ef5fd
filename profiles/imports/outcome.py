"""What became of a batch of rows."""

from dataclasses import dataclass, field

from profiles.identity_values import IdentityKey
from profiles.imports.csv_rows import Row
from profiles.imports.people_rows import RefusedRow


@dataclass
class Outcome:
    """Counts of rows, and those that were refused. `fresh`: who, or which event, each created row stands for."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[tuple[Row, RefusedRow]] = field(default_factory=list)
    fresh: list[tuple[IdentityKey, ...]] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.refused += other.refused
        self.fresh += other.fresh


class DryRun(Exception):
    """Raised to take back what a dry run has written, once it is known what it would have been."""
