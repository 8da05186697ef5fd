"""The waterfall of a journey: how many people passed each bar, whom it lost and why, and the largest avoidable loss."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from journeys.engine.graph import Goal
from journeys.explain.noted import Note, channel_names, listed, note
from journeys.explain.words import Pair
from journeys.models import Journey
from journeys.review.arrival import SILENT
from journeys.review.experiments.samples import Labels, Sample, samples
from journeys.review.losses.entry import refusals
from journeys.review.losses.fates import AVOIDABLE, BARS, RANK, WITH_READING, Fate, fate
from journeys.review.losses.rules import RuleSeen, rules_of
from journeys.review.losses.words import largest_words, nothing_words
from journeys.review.node_names import node_names
from journeys.review.paths.filters import Filters
from journeys.review.paths.reading import Trajectory, trajectories

# No node's id and no reason holds it.
SEPARATOR: Final = "\x1f"
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "first_objection": (
        "消息由第一条反对的规则拦截：没有联系方式的人没有再核对授权，其余依次类推。",
        "A message is refused by the first rule that objects: who has no address was not asked for consent, and so on.",
    ),
    "reading_not_reported": (
        "以下渠道不回报已读，在“已读或接听”一步没有人算作流失：{channels}。",
        "These channels do not report reading, so nobody is lost at that bar: {channels}.",
    ),
    "delivery_not_reported": (
        "以下渠道不回报送达，被受理即算送达：{channels}。",
        "These channels do not report delivery; what was accepted counts as delivered: {channels}.",
    ),
    "no_clicks": (
        "以下节点的消息从未有人点击：消息里可能没有可跟踪的链接：{nodes}。",
        "Nobody has ever clicked a message of these nodes, which may have no link that can be followed: {nodes}.",
    ),
    "furthest_message": (
        "每人按走得最远的一条消息计一次。",
        "Each person counts once, by the message of theirs that came furthest.",
    ),
}


@dataclass(frozen=True)
class Loss:
    """`converted` of the people who were lost here converted all the same. `parts`: the same people by send."""

    code: str
    people: int
    converted: int
    avoidable: bool
    detail: str = ""
    parts: list[Mapping[str, Any]] = field(default_factory=list)
    rules: list[RuleSeen] = field(default_factory=list)


@dataclass(frozen=True)
class Bar:
    """`people` passed it, `lost` did not, who had passed the bar before. None: nobody knows."""

    key: str
    people: int | None
    lost: int | None
    reasons: list[Loss]


@dataclass(frozen=True)
class Largest:
    bar: str
    code: str
    people: int
    messages: Mapping[str, str]


@dataclass(frozen=True)
class Waterfall:
    goal: str
    bars: list[Bar]
    largest: Largest | None
    messages: Mapping[str, str]
    notes: list[Note]


def losses(journey: Journey, filters: Filters, goal: Goal | None) -> Waterfall:
    """Raises DomainError as `trajectories`."""
    found = trajectories(journey, filters)
    fates = {one.path_id: fate(one.body) for one in found}
    by_fate = _samples(journey, filters, found, fates, goal)
    held = sum(sample.people for one, sample in by_fate.items() if one.code == "held_out")
    entered = sum(sample.people for sample in by_fate.values()) - held
    entry = refusals(journey, filters, sum(one.runs for one in found))
    reasons = _reasons(journey, filters, by_fate, fates)
    bars = [_eligible(entry.refused, entered + held), *_bars(reasons, entry.refused, entered)]
    largest = _largest(bars, entered)
    return Waterfall(
        goal=goal.id if goal else "",
        bars=bars,
        largest=largest,
        messages=largest.messages if largest else nothing_words(),
        notes=[*entry.notes, *_notes(found, node_names(journey))],
    )


def paths_behind(found: Sequence[Trajectory], bar: str, code: str = "") -> set[int]:
    """The paths of the runs that this bar lost, by this reason (empty: by any). Of `not_converted` all who clicked."""
    wanted = "" if code == "not_converted" else code
    return {one.path_id for one in found if (lost := fate(one.body)).bar == bar and (not code or lost.code == wanted)}


def _samples(
    journey: Journey, filters: Filters, found: Sequence[Trajectory], fates: Mapping[int, Fate], goal: Goal | None
) -> dict[Fate, Sample]:
    """People by fate; of somebody who came again the fate that came furthest."""
    named = {one: SEPARATOR.join(one) for one in set(fates.values())}
    labels = Labels({path: named[one] for path, one in fates.items()}, {name: one.rank for one, name in named.items()})
    runs: dict[int, int] = {}
    for one in found:
        runs[one.path_id] = runs.get(one.path_id, 0) + one.runs
    unit = samples(journey, filters, labels, goal.id if goal else "", "person", runs)
    return {one: unit[name] for one, name in named.items()}


def _reasons(
    journey: Journey, filters: Filters, by_fate: Mapping[Fate, Sample], fates: Mapping[int, Fate]
) -> dict[tuple[str, str, str], Loss]:
    """(bar, code, detail) → the loss."""
    kinds: dict[tuple[str, str, str], list[Fate]] = {}
    for one in sorted(by_fate):
        if by_fate[one].people:
            kinds.setdefault((one.bar, one.code, one.detail), []).append(one)
    found = {}
    for (bar, code, detail), alike in kinds.items():
        parts: list[Mapping[str, Any]] = [
            {"node": one.node, "channel": one.channel, "people": by_fate[one].people} for one in alike if one.node
        ]
        people = sum(by_fate[one].people for one in alike)
        converted = sum(by_fate[one].converted for one in alike)
        if bar == "converted":
            # Nobody else is left: whoever converted passed this bar.
            found[bar, "not_converted", detail] = Loss("not_converted", people - converted, 0, False, detail, parts)
            found[bar, "", detail] = Loss("", converted, converted, False)
            continue
        paths = [path for path, one in fates.items() if one.bar == bar and one.code == code]
        rules = rules_of(journey, filters, paths, code) if parts else []
        avoidable = code in AVOIDABLE
        found[bar, code, detail] = Loss(code, people, converted, avoidable, detail, parts, rules)
    return found


def _eligible(refused: Mapping[str, int] | None, came: int) -> Bar:
    known = None if refused is None else came + sum(refused.values())
    return Bar("eligible", known, None if known is None else 0, [])


def _bars(reasons: Mapping[tuple[str, str, str], Loss], refused: Mapping[str, int] | None, entered: int) -> list[Bar]:
    bars = []
    left = entered
    for key in BARS[1:]:
        lost_here = [loss for (bar, code, _), loss in reasons.items() if bar == key and code and loss.people]
        if key == "entered":
            lost_here += [Loss(code, times, 0, code in AVOIDABLE) for code, times in (refused or {}).items()]
            lost = sum(loss.people for loss in lost_here) if refused is not None else None
        else:
            lost = sum(loss.people for loss in lost_here)
            left -= lost
        bars.append(Bar(key, left, lost, sorted(lost_here, key=lambda loss: (-loss.people, loss.code, loss.detail))))
    return bars


def _largest(bars: Sequence[Bar], entered: int) -> Largest | None:
    avoidable = [(loss, bar.key) for bar in bars for loss in bar.reasons if loss.avoidable]
    if not avoidable:
        return None
    # Of equal losses the earlier one: who passes it may still be lost at the later.
    loss, bar = min(avoidable, key=lambda pair: (-pair[0].people, RANK[pair[1]], pair[0].code))
    return Largest(bar, loss.code, loss.people, largest_words(loss.code, loss.people, entered, loss.rules))


def _notes(found: Sequence[Trajectory], names: Mapping[str, Pair]) -> list[Note]:
    sends = [(sent, one.runs) for one in found for sent in one.body["sends"]]
    if not sends:
        return []
    notes = [note(TEXTS, "furthest_message")]
    channels = {sent[1] for sent, _ in sends}
    if any(sent[2] == "blocked" for sent, _ in sends):
        notes.append(note(TEXTS, "first_objection"))
    for code, silent in (
        ("delivery_not_reported", channels & SILENT),
        ("reading_not_reported", channels - WITH_READING),
    ):
        if silent:
            notes.append(note(TEXTS, code, {"channels": channel_names(silent)}, channels=sorted(silent)))
    arrived = {sent[0] for sent, _ in sends if sent[2] in ("delivered", "read")}
    clicked = {sent[0] for sent, _ in sends if sent[2] in ("clicked", "replied")}
    if unclicked := sorted(arrived - clicked):
        called = listed(names.get(node, node) for node in unclicked)
        notes.append(note(TEXTS, "no_clicks", {"nodes": called}, nodes=unclicked))
    return notes
