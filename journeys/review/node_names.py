"""What the nodes of a journey are called, also those that only earlier versions had."""

from journeys.explain.words import NODE_TYPES, Pair
from journeys.models import Journey, JourneyVersion
from journeys.runtime.plans import plan_of


def node_names(journey: Journey) -> dict[str, Pair]:
    """Node → as its operator named it in the newest version that has it, else what it is, with its id."""
    found: dict[str, Pair] = {}
    for version in JourneyVersion.objects.filter(journey=journey).order_by("-number").only("id"):
        for spec in plan_of(str(version.pk)).graph.nodes:
            zh, en = NODE_TYPES[spec.type]
            named = (spec.name, spec.name) if spec.name else (f"{zh} {spec.id}", f"{en} {spec.id}")
            found.setdefault(spec.id, named)
    return found
