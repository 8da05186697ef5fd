"""What is known about people who are one: what all changes of both come to. Pure: no database, no clock.

Of each key the change that was so last holds, as among the changes of one person (profiles.person_changes).
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from profiles.attributes import MAX_TAGS, is_too_large, merge, merge_tags


class Patch(Protocol):
    @property
    def attributes(self) -> Mapping[str, Any]: ...
    @property
    def tags(self) -> Mapping[str, Any]: ...


class Contents(NamedTuple):
    attributes: dict[str, Any]
    tags: dict[str, Any]

    @property
    def is_too_much(self) -> bool:
        """Whether it is more than may be kept of one person."""
        return is_too_large(self.attributes) or len(self.tags) > MAX_TAGS


def come_to(changes: Iterable[Patch]) -> Contents:
    """What changes come to, in their order."""
    contents = Contents({}, {})
    for change in changes:
        contents = Contents(merge(contents.attributes, change.attributes), merge_tags(contents.tags, change.tags))
    return contents
