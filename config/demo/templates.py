"""The demo's templates: a text for each send of the plays that come with Zhitu, so that every play runs at once."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final

from channels_app.choices import Channel
from journeys.plays.catalogue import plays

_VARIABLE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True)
class DemoTemplate:
    key: str
    name: str
    code: str
    body: str
    purpose: str = "service"
    channel: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()


def templates_of_plays(channels: Collection[str]) -> tuple[DemoTemplate, ...]:
    """The templates that the plays' sends through these channels are about."""
    return tuple(
        DemoTemplate(
            key=node.about[0],
            name=f"{play.name['zh-CN']} · {node.name['zh-CN']}",
            code=f"PLAY_{node.about[0].upper()}",
            body=_body(node.text["zh-CN"], node.config["channel"]),
            purpose=node.config["purpose"],
            channel=node.config["channel"],
            tags=node.about,
        )
        for play in plays().values()
        for node in play.nodes.values()
        if node.text and node.config.get("channel") in channels
    )


def _body(text: str, channel: str) -> str:
    # A template message of an official account has its variables in a way of its own.
    return _VARIABLE.sub(r"{{\1.DATA}}", text) if channel == Channel.WECHAT_TEMPLATE else text
