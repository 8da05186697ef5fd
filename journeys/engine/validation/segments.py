"""Segments that a graph names exist."""

from collections.abc import Iterator

from journeys.engine.issues import Issue, References, error
from journeys.engine.nodes.split import SplitConfig
from journeys.engine.nodes.trigger import TriggerConfig
from journeys.engine.validation.reading import Draft
from profiles.rules.codec import segment_ids


def named_segments(draft: Draft) -> Iterator[tuple[str, str | None]]:
    """Every segment id that the graph names, with the node that does (None: the settings)."""
    settings = draft.settings
    rules = [settings.entry.rule, *(one.rule for one in settings.exit_rules)]
    for rule in rules:
        if rule is not None:
            yield from ((id_, None) for id_ in sorted(segment_ids(rule)))
    for node in draft.nodes:
        config = node.config
        if isinstance(config, TriggerConfig) and config.kind in {"segment", "schedule"} and config.segment:
            yield config.segment, node.spec.id
        if isinstance(config, SplitConfig):
            for branch in config.branches:
                yield from ((id_, node.spec.id) for id_ in sorted(segment_ids(branch.rule)))


def segments_exist(draft: Draft, references: References) -> Iterator[Issue]:
    if references.segments is None:
        return
    for id_, node_id in named_segments(draft):
        if id_.lower() not in references.segments:
            yield error("unknown_segment", f"分群 {id_} 不存在。", f"There is no segment {id_}.", node_id)
