"""What a path says happened, as facts that runs and people are counted by. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Final

from journeys.review.paths.folding import Body

Fact = tuple[str | None, ...]
Facts = Mapping[Fact, int]

INSIDE: Final = frozenset({"active", "waiting", "failed"})
# What a message in a state counts as: what comes later implies what came before. `asked` is every message.
_ARRIVED: Final = ("asked", "sent", "delivered")
METRICS: Final[Mapping[str, tuple[str, ...]]] = {
    "queued": ("asked",),
    "sending": ("asked",),
    "accepted": ("asked", "sent"),
    "delivered": _ARRIVED,
    "read": (*_ARRIVED, "read"),
    "clicked": (*_ARRIVED, "read", "clicked"),
    "replied": (*_ARRIVED, "read", "clicked", "replied"),
    "failed": ("asked", "failed"),
    "expired": ("asked", "failed"),
    "unknown": ("asked", "failed"),
    "blocked": ("asked", "blocked"),
}
MESSAGES: Final = ("asked", "sent", "delivered", "read", "clicked", "replied", "failed", "blocked")


def about_all(body: Body) -> Facts:
    """`("entered",)`, `("held_out",)`, and `(metric,)` of the messages: for the stages, and for rows by something."""
    if body["held_out"]:
        return {("held_out",): 1}
    return Counter([("entered",), *((metric,) for sent in body["sends"] for metric in METRICS[sent[2]])])


def by_channel(channel: str) -> Callable[[Body], Facts]:
    """The same, of the messages of one channel alone."""

    def facts_of(body: Body) -> Facts:
        return about_all({**body, "sends": [sent for sent in body["sends"] if sent[1] == channel]})

    return facts_of


def about_nodes(body: Body) -> Facts:
    """`("came" | "waiting" | "ended", node)`, `("left", node, outcome)` and `(metric, node)` of messages.

    A run ends at a node where it leaves by no outcome: an exit, a goal that ends it, an operator.
    """
    steps = body["steps"]
    facts: list[Fact] = [("came", node) for node, _ in steps]
    facts += [("left", node, outcome) for node, outcome in steps if outcome is not None]
    if steps and steps[-1][1] is None:
        facts.append(("waiting" if body["end"] in INSIDE else "ended", steps[-1][0]))
    facts += [(metric, node) for node, _, state, _ in body["sends"] for metric in METRICS[state]]
    return Counter(facts)


def links(body: Body) -> Facts:
    """`(source, outcome, target)` for every step to the next; a target of None is the end of the path."""
    steps = body["steps"]
    facts: list[Fact] = [(source, outcome, target) for (source, outcome), (target, _) in pairwise(steps)]
    if steps and steps[-1][1] is not None:
        facts.append((*steps[-1], None))
    return Counter(facts)
