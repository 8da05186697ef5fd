"""Who a task is for: a member of staff by name, or the rule by which one is found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

OWNER_ATTRIBUTE = "wecom_owner"
MOST_STAFF = 200
RULES = frozenset({"owner", "attribute", "rotation"})


@dataclass(frozen=True, slots=True)
class AssigneeRule:
    """`attribute` names the person's attribute that holds a userid; else `staff` take turns. `otherwise` is for whom
    the rule finds nobody."""

    attribute: str = ""
    staff: tuple[str, ...] = ()
    otherwise: str = ""

    def find(self, attributes: Mapping[str, Any], turn: int) -> str:
        """Return the userid for a person's attributes and the how-manieth task of the node it is (from 0)."""
        if self.staff:
            return self.staff[turn % len(self.staff)]
        value = attributes.get(self.attribute) if self.attribute else None
        return value if isinstance(value, str) and value else self.otherwise


def read_assignee(assignee: str | Mapping[str, Any]) -> AssigneeRule:
    """Read what a node is configured with. Raises ValueError for a rule that does not exist.

    A text is a userid; `{"by": "owner"}` is the member whose contact the person is, `{"by": "attribute", "key"}` whom
    another attribute names, `{"by": "rotation", "staff": [...]}` one after the other; `else` names a userid for the rest.
    """
    if isinstance(assignee, str):
        return AssigneeRule(otherwise=assignee)
    by, otherwise = assignee.get("by", "owner"), assignee.get("else", "")
    staff, key = assignee.get("staff", ()), assignee.get("key", "")
    if by not in RULES or not isinstance(otherwise, str) or not isinstance(key, str):
        raise ValueError("there is no such rule")
    if by == "rotation":
        return AssigneeRule(staff=_staff(staff), otherwise=otherwise)
    if by == "attribute" and not key:
        raise ValueError("the attribute is not named")
    return AssigneeRule(attribute=key if by == "attribute" else OWNER_ATTRIBUTE, otherwise=otherwise)


def _staff(staff: object) -> tuple[str, ...]:
    if isinstance(staff, str) or not isinstance(staff, Sequence) or not 1 <= len(staff) <= MOST_STAFF:
        raise ValueError("a rotation needs 1 to 200 members")
    if not all(isinstance(userid, str) and userid for userid in staff):
        raise ValueError("members are named by their userid")
    return tuple(staff)
