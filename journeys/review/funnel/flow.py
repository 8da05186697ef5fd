"""The ways that people really went, for a drawing of flows: nodes, and the links between them."""

from typing import Any

from journeys.models import Journey
from journeys.review.funnel.counting import Counted
from journeys.review.funnel.facts import links
from journeys.review.funnel.sources import figure, nodes_of, source
from journeys.review.paths.filters import Filters
from journeys.review.paths.freshness import Freshness


def flow(journey: Journey, fresh: Freshness, filters: Filters) -> dict[str, Any]:
    """Return `{"nodes": [...], "links": [{source, outcome, target, people, times}]}`; a target of None is the path's end.

    Raises DomainError as `trajectories` does.
    """

    def made() -> dict[str, Any]:
        found = source(journey, fresh, filters)
        nodes = nodes_of(journey, fresh, filters, found)
        went = Counted(found.paths, found.crowds, links)
        return {
            "nodes": [
                {
                    "node": node,
                    **count.shown(),
                    "waiting": nodes["waiting", node].people,
                    "ended": nodes["ended", node].people,
                }
                for (node,), count in sorted(nodes.starting("came").items())
            ],
            "links": [
                {"source": fact[0], "outcome": fact[1], "target": fact[2], **went[fact].shown()}
                for fact in sorted(went.times, key=lambda fact: tuple(part or "" for part in fact))
            ],
        }

    found: dict[str, Any] = figure(journey, fresh, ("flow", filters, ""), made)
    return found
