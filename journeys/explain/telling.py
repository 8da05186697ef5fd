"""How something is told: the language, the names, and instants on somebody's clock."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

from journeys.engine.evidence import MASK
from journeys.explain.names import Names
from journeys.explain.words import FIGURES, NODE_TYPES, OUTCOMES, Pair
from workspaces.localtime import UnknownZone, zone_of

Language = Literal["zh-CN", "en"]
LONGEST: Final = 60  # characters of one value; what is longer is cut


class Telling(NamedTuple):
    """One event's or one person's story. `zone` is the workspace's, for instants that recorded none of their own."""

    language: Language
    names: Names
    zone: str
    node: str

    def say(self, zh: str, en: str) -> str:
        return en if self.language == "en" else zh

    def word(self, words: Mapping[str, Pair], key: Any) -> str:
        """The engine's word in the reader's language; one that is not listed stands for itself."""
        pair = words.get(key)
        return self.say(*pair) if pair else self.value(key)

    def quote(self, text: str) -> str:
        return self.say(f"“{text}”", f"“{text}”")

    def node_name(self, node: str) -> str:
        """What the operator called the node, else what it is."""
        name = self.names.nodes.get(node)
        if name is None:
            kind = self.names.types.get(node)
            name = f"{self.word(NODE_TYPES, kind)} {node}" if kind else node
        return self.quote(name)

    @property
    def here(self) -> str:
        return self.node_name(self.node)

    def outcome(self, node: str, outcome: str) -> str:
        name = self.names.outcomes.get((node, outcome))
        return self.quote(name if name is not None else self.word(OUTCOMES, outcome))

    def segment(self, segment: str) -> str:
        return self.quote(self.names.segments.get(segment, segment))

    def goal(self, goal: str) -> str:
        return self.quote(self.names.goals.get(goal, goal))

    def time(self, instant: str | datetime | None, zone: str | None = None) -> str:
        """An instant on the clock of `zone`, else of the workspace, with the zone's name."""
        if instant is None:
            return self.say("未定", "no set time")
        at = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
        name = zone or self.zone
        try:
            local = at.astimezone(zone_of(name))
        except UnknownZone:
            name, local = "UTC", at.astimezone(zone_of("UTC"))
        seconds = "%H:%M:%S" if local.second else "%H:%M"
        return f"{local:%Y-%m-%d {seconds}}{self.say(f'（{name}）', f' ({name})')}"

    def length(self, seconds: float) -> str:
        """A length of time to the second, in exact days of 24 hours."""
        minutes, second = divmod(round(seconds), 60)
        hours, minute = divmod(minutes, 60)
        days, hour = divmod(hours, 24)
        units = ((days, "天", "d"), (hour, "小时", "h"), (minute, "分钟", "min"), (second, "秒", "s"))
        return " ".join(f"{count} {self.say(zh, en)}" for count, zh, en in units if count) or self.say("0 秒", "0 s")

    def value(self, value: Any) -> str:
        """A recorded value in words: never JSON, never one that identifies people."""
        if value is None or value == "":
            return self.say("空", "empty")
        if value == MASK:
            return self.say("（不显示）", "(not shown)")
        if isinstance(value, bool):
            return self.say("是", "yes") if value else self.say("否", "no")
        if isinstance(value, float):
            return f"{value:g}" if abs(value) < 1e15 else str(value)
        if isinstance(value, list | tuple):
            return self.list_of(self.value(item) for item in value)
        if isinstance(value, Mapping):
            return self.pairs(value)
        text = str(value)
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"

    def pairs(self, values: Mapping[str, Any]) -> str:
        return self.list_of(f"{self.word(FIGURES, key)} = {self.value(value)}" for key, value in values.items())

    def list_of(self, parts: Iterable[str]) -> str:
        return self.say("、", ", ").join(parts)

    def aside(self, *parts: str) -> str:
        """What stands in brackets behind the point, if there is anything."""
        said = [part for part in parts if part]
        return self.say(f"（{'；'.join(said)}）", f" ({'; '.join(said)})") if said else ""
