"""An entry of the change log in plain words, in both languages."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from journeys.choices import ChangeKind
from journeys.explain.noted import Number, filled
from journeys.explain.words import Pair
from journeys.models import JourneyChange

_FIELDS: Final[Mapping[str, Pair]] = {
    "name": ("名称", "the name"),
    "description": ("说明", "the description"),
    "graph": ("画布", "the graph"),
    "approval_required": ("审批要求", "whether approval is required"),
}
_MODES: Final[Mapping[str, Pair]] = {
    "catch_up": ("到期的立即执行", "what came due happens at once"),
    "shift": ("等待时间顺延", "waits are longer by the pause"),
    "finish": ("里面的人走完", "those inside finish"),
    "exit": ("里面的人立即退出", "those inside exit now"),
}


def _said(words: Pair, comment: Any) -> Pair:
    return (f"{words[0]}：{comment}", f"{words[1]}: {comment}") if comment else words


def _saved(change: JourneyChange) -> Pair:
    fields = [_FIELDS.get(name, (name, name)) for name in change.data.get("fields", ())]
    revision = change.data.get("revision")
    if not fields:
        return f"保存了草稿（修订 {revision}），没有改动", f"Saved the draft unchanged (revision {revision})"
    saves = change.data.get("saves", 0)
    zh, en = f"修订 {revision}", f"revision {revision}"
    if change.data.get("autosave"):
        zh, en = f"{zh}，自动保存 {saves} 次", f"{en}, saved by itself {saves} {'time' if saves == 1 else 'times'}"
    return (
        f"修改了{'、'.join(field[0] for field in fields)}（{zh}）",
        f"Changed {', '.join(field[1] for field in fields)} ({en})",
    )


def _resumed(change: JourneyChange) -> Pair:
    mode = _MODES.get(change.data.get("mode", ""), ("", ""))
    return f"恢复运行，{mode[0]}", f"Resumed: {mode[1]}"


def _stopped(change: JourneyChange) -> Pair:
    mode = _MODES.get(change.data.get("mode", ""), ("", ""))
    return f"停止，{mode[0]}", f"Stopped: {mode[1]}"


def _migrated(change: JourneyChange) -> Pair:
    moved, staying = Number(change.data.get("migrated", 0)), Number(change.data.get("staying", 0))
    return (
        f"把 {moved} 人迁移到第 {change.version} 版，{staying} 人留在原版本",
        f"Moved {moved:person|people} to version {change.version}; {staying:stays|stay} in theirs",
    )


def _many(change: JourneyChange, words: Pair) -> Pair:
    return filled(words, {"n": change.data.get("changed", 0)})


_TEXTS: Final[Mapping[str, Callable[[JourneyChange], Pair]]] = {
    ChangeKind.CREATED: lambda _: ("创建了旅程", "Created the journey"),
    ChangeKind.SAVED: _saved,
    ChangeKind.PUBLISHED: lambda one: (f"发布了第 {one.version} 版", f"Published version {one.version}"),
    ChangeKind.PAUSED: lambda _: ("暂停", "Paused"),
    ChangeKind.RESUMED: _resumed,
    ChangeKind.STOPPED: _stopped,
    ChangeKind.ARCHIVED: lambda _: ("归档", "Archived"),
    ChangeKind.APPROVAL_ASKED: lambda one: _said(
        (f"申请审批修订 {one.data.get('revision')}", f"Asked for approval of revision {one.data.get('revision')}"),
        one.data.get("comment"),
    ),
    ChangeKind.APPROVED: lambda one: _said(
        (f"批准了修订 {one.data.get('revision')}", f"Approved revision {one.data.get('revision')}"),
        one.data.get("comment"),
    ),
    ChangeKind.REJECTED: lambda one: _said(
        (f"驳回了修订 {one.data.get('revision')}", f"Rejected revision {one.data.get('revision')}"),
        one.data.get("comment"),
    ),
    ChangeKind.MIGRATED: _migrated,
    ChangeKind.COMMENTED: lambda _: ("发表了评论", "Commented"),
    ChangeKind.EXITED: lambda one: _many(one, ("让 {n} 人退出", "Ended the runs of {n:person|people}")),
    ChangeKind.RETRIED: lambda one: _many(
        one, ("为 {n} 人重试失败的步骤", "Retried the failed steps of {n:person|people}")
    ),
}


def words_of(change: JourneyChange) -> Pair:
    return _TEXTS[change.kind](change)
