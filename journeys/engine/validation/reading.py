"""Reading a graph part by part, so that one bad node does not hide the faults of the others."""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from journeys.engine.graph import EdgeSpec, Graph, NodeSpec, Note, Settings
from journeys.engine.issues import Issue, error
from journeys.engine.nodes.base import AnyNodeType, NodeConfig
from journeys.engine.nodes.registry import NODE_TYPES
from profiles.rules.wording import words

M = TypeVar("M", bound=BaseModel)


class DraftNode(NamedTuple):
    """A node whose frame could be read. `config` is None if its type is unknown or its configuration is faulty."""

    spec: NodeSpec
    type: AnyNodeType | None
    config: NodeConfig | None


class Draft(NamedTuple):
    nodes: tuple[DraftNode, ...]
    edges: tuple[EdgeSpec, ...]
    settings: Settings


def read(graph: Any, issues: list[Issue]) -> Draft | None:
    """Read what can be read and note what cannot; None if it is not a graph at all."""
    if not isinstance(graph, Mapping):
        issues.append(error("invalid_graph", "流程图必须是一个 JSON 对象。", "A graph is a JSON object."))
        return None
    issues.extend(
        error("unknown_field", f"流程图中有未知字段 {name}。", f"The graph has an unknown field {name!r}.")
        for name in sorted(set(graph) - set(Graph.model_fields))
    )
    schema_version = graph.get("schema_version", 1)
    if type(schema_version) is not int or schema_version != 1:
        issues.append(error("unknown_schema_version", "不支持的 schema_version。", "This schema_version is not known."))
    nodes = [_node(value, issues) for value in _list(graph, "nodes", 500, issues)]
    edges = [_part(EdgeSpec, value, issues, None) for value in _list(graph, "edges", 2000, issues)]
    for value in _list(graph, "notes", 200, issues):
        _part(Note, value, issues, None)
    settings = _part(Settings, graph.get("settings", {}), issues, None) or Settings()
    return Draft(tuple(node for node in nodes if node), tuple(edge for edge in edges if edge), settings)


def _list(graph: Mapping[str, Any], name: str, most: int, issues: list[Issue]) -> list[Any]:
    value = graph.get(name, [])
    if not isinstance(value, list) or len(value) > most:
        issues.append(
            error(
                "invalid_graph", f"{name} 必须是不超过 {most} 项的列表。", f"{name} is a list of at most {most} items."
            )
        )
        return []
    return value


def _node(value: Any, issues: list[Issue]) -> DraftNode | None:
    raw_id = value.get("id") if isinstance(value, Mapping) else None
    node_id = raw_id if isinstance(raw_id, str) else None
    spec = _part(NodeSpec, value, issues, node_id)
    if spec is None:
        return None
    node_type = NODE_TYPES.get(spec.type)
    if node_type is None:
        issues.append(
            error(
                "unknown_node_type", f"未知的节点类型 {spec.type}。", f"There is no node type {spec.type!r}.", spec.id
            )
        )
        return DraftNode(spec, None, None)
    return DraftNode(spec, node_type, _part(node_type.Config, spec.config, issues, spec.id))


def _part(model: type[M], value: Any, issues: list[Issue], node_id: str | None) -> M | None:
    try:
        return model.model_validate(value)
    except ValidationError as fault:
        for item in fault.errors(include_url=False):
            place = ".".join(str(part) for part in item["loc"])
            code = "unknown_field" if item["type"] == "extra_forbidden" else "invalid_config"
            zh, en = words(item["type"], item.get("ctx", {}), item["msg"])
            issues.append(
                error(
                    code,
                    f"配置有误{f'（{place}）' if place else ''}：{zh}。",
                    f"{place or 'The whole'}: {en}",
                    node_id,
                    place or None,
                )
            )
        return None
