"""The difference between two graphs as an operator sees it, and what it does to the people inside. Pure.

A draft may be any JSON object: what is not a node or an edge is passed over, for validation to name.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from journeys.engine.edit_effects import EDIT_EFFECTS, OF_SETTING, OF_TYPE
from journeys.engine.graph import Settings

Json = Mapping[str, Any]
_DEFAULTS: Final = Settings().model_dump(mode="json", by_alias=True)


class NodeChange(NamedTuple):
    """A node in both graphs that differs. `fields` names what does: `type`, `name`, `config.<key>`."""

    id: str
    type: str
    name: str
    fields: list[str]
    before: dict[str, Any]
    after: dict[str, Any]


class SettingChange(NamedTuple):
    field: str
    before: Any
    after: Any


class NoteChange(NamedTuple):
    """A note in both graphs whose text or colour differs."""

    id: str
    before: dict[str, str]
    after: dict[str, str]


class Effect(NamedTuple):
    """A code of EDIT_EFFECTS, at a node where it is about one."""

    code: str
    node_id: str | None = None


class Difference(NamedTuple):
    nodes_added: list[Json]
    nodes_removed: list[Json]
    nodes_changed: list[NodeChange]
    edges_added: list[Json]
    edges_removed: list[Json]
    settings: list[SettingChange]
    effects: list[Effect]
    notes_added: list[dict[str, str]]
    notes_removed: list[dict[str, str]]
    notes_changed: list[NoteChange]


def difference(before: Json, after: Json) -> Difference:
    """Compare two graphs as JSON. The order of nodes and edges, ids of edges and places on the canvas do not count."""
    old, new = _nodes(before), _nodes(after)
    old_edges, new_edges = _edges(before), _edges(after)
    changed = [change for id_ in new if id_ in old and (change := _node_change(old[id_], new[id_])) is not None]
    settings = _settings(before, after)
    added = [new[id_] for id_ in new if id_ not in old]
    removed = [old[id_] for id_ in old if id_ not in new]
    effects = [
        *(Effect("node_added", node["id"]) for node in added),
        *(Effect("node_removed", node["id"]) for node in removed),
        *(effect for change in changed for effect in _effects(change)),
        *_edge_effects(old_edges, new_edges, {id_: new[id_]["type"] for id_ in new if id_ in old}),
        *(Effect(code) for code in dict.fromkeys(OF_SETTING.get(one.field, "sending_changed") for one in settings)),
    ]
    old_notes, new_notes = _notes(before), _notes(after)
    assert all(effect.code in EDIT_EFFECTS for effect in effects)
    return Difference(
        added,
        removed,
        changed,
        [edge for key, edge in new_edges.items() if old_edges.get(key, {}).get("target") != edge["target"]],
        [edge for key, edge in old_edges.items() if new_edges.get(key, {}).get("target") != edge["target"]],
        settings,
        list(dict.fromkeys(effects)),
        [note for id_, note in new_notes.items() if id_ not in old_notes],
        [note for id_, note in old_notes.items() if id_ not in new_notes],
        [
            NoteChange(id_, old_notes[id_], note)
            for id_, note in new_notes.items()
            if id_ in old_notes and old_notes[id_] != note
        ],
    )


def _items(graph: Json, name: str, texts: tuple[str, ...]) -> list[Json]:
    """The items of a list in the graph that have these fields as texts."""
    items = graph.get(name)
    if not isinstance(items, list):
        return []
    return [item for item in items if isinstance(item, dict) and all(isinstance(item.get(key), str) for key in texts)]


def _nodes(graph: Json) -> dict[str, Json]:
    return {
        node["id"]: {
            "id": node["id"],
            "type": node["type"],
            "name": node["name"] if isinstance(node.get("name"), str) else "",
            "config": node["config"] if isinstance(node.get("config"), dict) else {},
        }
        for node in _items(graph, "nodes", ("id", "type"))
    }


def _notes(graph: Json) -> dict[str, dict[str, str]]:
    """What the notes say; where they are and how large does not count, as with nodes."""
    return {
        note["id"]: {
            "id": note["id"],
            "text": note["text"] if isinstance(note.get("text"), str) else "",
            "colour": note["colour"] if isinstance(note.get("colour"), str) else "yellow",
        }
        for note in _items(graph, "notes", ("id",))
    }


def _edges(graph: Json) -> dict[tuple[str, str], Json]:
    """Edges by (source, outcome), of which a published graph has one each."""
    found: dict[tuple[str, str], Json] = {}
    for edge in _items(graph, "edges", ("source", "target")):
        outcome = edge.get("outcome", "next")
        if isinstance(outcome, str):
            found[edge["source"], outcome] = {
                "source": edge["source"],
                "outcome": outcome,
                "target": edge["target"],
            }
    return found


def _node_change(old: Json, new: Json) -> NodeChange | None:
    before = {key: old[key] for key in ("type", "name") if old[key] != new[key]}
    after = {key: new[key] for key in before}
    for key in sorted(old["config"].keys() | new["config"].keys()):
        values = old["config"].get(key), new["config"].get(key)
        if values[0] != values[1]:
            before[f"config.{key}"], after[f"config.{key}"] = values
    return NodeChange(new["id"], new["type"], new["name"], list(before), before, after) if before else None


def _effects(change: NodeChange) -> Iterable[Effect]:
    fields = set(change.fields)
    if "type" in fields:
        yield Effect("node_type_changed", change.id)
        return
    if "name" in fields:
        yield Effect("node_renamed", change.id)
    configured = fields - {"name"}
    if change.type == "send" and "config.await" in configured:
        yield Effect("send_await_changed", change.id)
        configured -= {"config.await"}
    if configured:
        yield Effect(OF_TYPE.get(change.type, "node_changed"), change.id)


def _edge_effects(
    old: Mapping[tuple[str, str], Json], new: Mapping[tuple[str, str], Json], types: Mapping[str, str]
) -> Iterable[Effect]:
    """Of nodes that stay: edges of a node that is new or gone say nothing that the node does not."""
    for source, outcome in dict.fromkeys((*new, *old)):
        if source not in types:
            continue
        before, after = old.get((source, outcome)), new.get((source, outcome))
        if before is None or after is None:
            yield Effect("edge_removed" if after is None else "edge_added", source)
            if types[source] == "send" and outcome == "blocked":
                # With this edge a send keeps people until their message's fate is known.
                yield Effect("send_await_changed", source)
        elif before["target"] != after["target"]:
            yield Effect("edge_redirected", source)


def _settings(before: Json, after: Json) -> list[SettingChange]:
    """A setting that is not given has its default, so that writing the default down is no difference."""
    old, new = (_with_defaults(_DEFAULTS, graph.get("settings")) for graph in (before, after))
    return [
        SettingChange(field, old.get(field), new.get(field))
        for field in sorted(old.keys() | new.keys())
        if old.get(field) != new.get(field)
    ]


def _with_defaults(defaults: Any, given: Any) -> Any:
    if not isinstance(defaults, dict):
        return given
    if not isinstance(given, dict):
        return defaults
    return given | {
        key: _with_defaults(value, given[key]) if key in given else value for key, value in defaults.items()
    }
