"""All checks of a graph, in order. Errors block publishing; drafts may be saved with them."""

from collections.abc import Mapping
from typing import Any

from journeys.engine.issues import Issue, References
from journeys.engine.validation.reading import Draft, read
from journeys.engine.validation.rules import RULES

NOTHING_LOOKED_UP = References()


def validate(graph: Mapping[str, Any] | Any, references: References = NOTHING_LOOKED_UP) -> list[Issue]:
    """Return every issue of a graph (as JSON). Never raises for a bad graph: what cannot be read is an issue too."""
    issues: list[Issue] = []
    draft: Draft | None = read(graph, issues)
    if draft is None:
        return issues
    for rule in RULES:
        issues.extend(rule(draft, references))
    return issues


def is_publishable(issues: list[Issue]) -> bool:
    return all(issue.severity != "error" for issue in issues)
