"""Graphs, written in as few words as they allow."""

from collections.abc import Mapping, Sequence
from typing import Any

from bench.harness.world import ACCOUNT


def graph(
    nodes: Mapping[str, tuple[str, dict[str, Any]]],
    edges: Sequence[tuple[str, str, str]],
    settings: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Make a graph from nodes (id → type and config) and edges (source, outcome, target)."""
    return {
        "schema_version": 1,
        "nodes": [
            {"id": node_id, "type": kind, "name": node_id, "config": config, "position": {"x": 200 * place, "y": 0}}
            for place, (node_id, (kind, config)) in enumerate(nodes.items())
        ],
        "edges": [
            {"id": f"e{place}", "source": source, "outcome": outcome, "target": target}
            for place, (source, outcome, target) in enumerate(edges)
        ],
        "settings": dict(settings or {}),
    }


def send(template: str, number: str, **more: Any) -> tuple[str, dict[str, Any]]:
    """An SMS with both variables of the template; `number` is Liquid and makes every message's text its own."""
    params = {"name": "{{ profile.name | default: '朋友' }}", "number": number}
    config = {"channel": "sms", "account": ACCOUNT, "template": template, "params": params, "purpose": "service"}
    return "send", {**config, "on_blocked": "continue", **more}


def split_by_city(*cities: str) -> tuple[str, dict[str, Any]]:
    """A split with one branch a city, whose id is the city."""
    rules = [(city, {"op": "attribute", "key": "city", "cmp": "eq", "value": city}) for city in cities]
    return "split", {"branches": [{"id": city, "name": city, "rule": rule} for city, rule in rules]}


def halves() -> tuple[str, dict[str, Any]]:
    """An A/B test of two variants, `a` and `b`."""
    return "ab", {"variants": [{"id": one, "name": one, "weight": 50} for one in "ab"], "assign": "profile"}
