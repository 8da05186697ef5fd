"""`make bench-computed`: everybody's computed attributes in one pass, again when nothing differs, and those of the marked.

Sizes: N people with 10 events each, MARKED of them. docs/benchmarks.md says what is measured and how.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bench.harness.report import report, say, size
from bench.harness.stack import stack

if TYPE_CHECKING:
    from workspaces.models import Workspace

ORDER: dict[str, Any] = {"event": "order_paid"}
DEFINITIONS: dict[str, dict[str, Any]] = {
    "orders": {"kind": "count", **ORDER},
    "spent": {"kind": "sum", **ORDER, "property": "amount"},
    "basket": {"kind": "avg", **ORDER, "property": "amount", "within": "P90D"},
    "last_order": {"kind": "last", **ORDER},
    "since_visit": {"kind": "days_since", "event": "app_opened"},
    "favourite": {"kind": "favourite", "event": "product_viewed", "property": "sku"},
    "hour": {"kind": "active_hour", "event": "page_viewed"},
    "cycle": {"kind": "purchase_cycle", **ORDER},
}


def main() -> None:
    with stack():
        measure(size("N", 100_000), size("MARKED", 10_000))


def measure(people: int, marked: int) -> None:
    from bench.segments import fill
    from profiles import upkeep
    from profiles.computed import catalogue
    from profiles.computed.marks import mark_people
    from profiles.models import Profile
    from workspaces.models import Workspace

    workspace = Workspace.objects.create(slug="bench", name="Bench")
    fill(workspace, people, datetime.now(UTC))

    def settle() -> None:
        while upkeep.advance(workspace.pk, datetime.now(UTC)):
            pass

    rows = [
        catalogue.create(workspace, "attribute", key, key, "", definition, datetime.now(UTC))
        for key, definition in DEFINITIONS.items()
    ]
    first = seconds(settle)
    say(f"first pass: {first:.1f} s; {values(workspace):,} people have a value")
    for row in rows:
        row.refresh_from_db()
        catalogue.recompute(row, datetime.now(UTC))
    again = seconds(settle)
    say(f"the same again: {again:.1f} s")
    mark_people(workspace.pk, list(Profile.objects.filter(workspace=workspace).values_list("pk", flat=True)[:marked]))
    few = seconds(settle)
    say(f"{marked:,} marked people: {few:.1f} s")
    figures = {
        "people": people,
        "definitions": len(rows),
        "first_pass_s": first,
        "again_s": again,
        "marked": marked,
        "marked_s": few,
    }
    report("computed", figures, {})


def values(workspace: "Workspace") -> int:
    from profiles.models import Profile

    return Profile.objects.filter(workspace=workspace, attributes__has_key="computed").count()


def seconds(act: Callable[[], None]) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began


if __name__ == "__main__":
    main()
