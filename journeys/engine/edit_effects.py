"""What each kind of edit does to a person inside. The one source of the canvas's texts and of the table in the docs."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

Severity = Literal["info", "warning"]


class Text(NamedTuple):
    zh: str
    en: str


class EditEffect(NamedTuple):
    """`edit` names the edit; `effect` says what it does to a person who is inside and is moved to the new version.

    A warning: somebody may be kept back, be treated otherwise than before, or get something twice.
    """

    severity: Severity
    edit: Text
    effect: Text


EDIT_EFFECTS: Final[Mapping[str, EditEffect]] = MappingProxyType(
    {
        "node_added": EditEffect(
            "info",
            Text("新增节点", "A node is added"),
            Text(
                "之后走到这里的人才会经过它；已经走过此处的人不会回头。",
                "Who comes to it from now on passes it; nobody who is past its place goes back.",
            ),
        ),
        "node_removed": EditEffect(
            "warning",
            Text("删除节点", "A node is removed"),
            Text(
                "停在这个节点的人留在原版本，除非迁移时指定他们去哪个节点。",
                "Whoever is at it stays in their version, unless the migration maps it to another node.",
            ),
        ),
        "node_type_changed": EditEffect(
            "warning",
            Text("更换节点类型", "A node's type changes"),
            Text(
                "停在这个节点的人留在原版本；若迁移时指定，他们放弃原来的等待并重新进入。",
                "Whoever is at it stays in their version; where the migration maps it, they leave their wait and enter anew.",
            ),
        ),
        "node_renamed": EditEffect(
            "info",
            Text("修改节点名称", "A node is renamed"),
            Text("对里面的人没有影响。", "Nothing happens to anybody."),
        ),
        "trigger_changed": EditEffect(
            "info",
            Text("修改触发条件", "The trigger changes"),
            Text("只影响之后进入的人。", "It concerns only who enters from now on."),
        ),
        "wait_changed": EditEffect(
            "info",
            Text("修改等待时间", "A wait's time changes"),
            Text(
                "正在等待的人保留原来的到期时间；之后到达的人按新的设置等待。",
                "Who waits keeps the time at which the wait is due; who comes from now on waits as it now says.",
            ),
        ),
        "wait_event_changed": EditEffect(
            "warning",
            Text("修改等待的事件", "The awaited events change"),
            Text(
                "正在等待的人从此等待新的事件，并保留原来的超时时间；原来没有超时而现在有的，重新开始等待。",
                "Who waits is woken by the new events from now on and keeps the time-out's instant; who had none, where there"
                " is one now, begins the wait anew.",
            ),
        ),
        "split_changed": EditEffect(
            "info",
            Text("修改分流规则", "A split's rules change"),
            Text(
                "之后走到这里的人按新规则判断；已经分流的人不再重新判断。",
                "Who comes from now on is judged by the new rules; nobody is judged again.",
            ),
        ),
        "ab_changed": EditEffect(
            "warning",
            Text("修改 A/B 测试", "An A/B test changes"),
            Text(
                "已分组的人继续走原来的路径；比例改变后，再次到达的人可能进入另一组，前后的结果不能合并比较。",
                "Who has a variant goes on along it; after a change of the shares the same person may get another variant on"
                " the next visit, and results before and after cannot be compared as one.",
            ),
        ),
        "send_changed": EditEffect(
            "info",
            Text("修改发送内容", "What a send sends changes"),
            Text(
                "已经生成的消息不变；之后走到这里的人收到新的内容。",
                "Messages that are in the outbox stay as they are; who comes from now on gets the new one.",
            ),
        ),
        "send_await_changed": EditEffect(
            "warning",
            Text("修改发送后的等待", "What a send awaits changes"),
            Text(
                "正在等待消息结果的人保留原来的时限，按新的设置判断结果；若新节点不再等待结果，或只有新节点有时限，他们留在原版本。",
                "Who waits for a message's fate keeps the time limit and is judged as the node now says; where it awaits nothing"
                " any more, or only now has a limit, they stay in their version.",
            ),
        ),
        "node_changed": EditEffect(
            "info",
            Text("修改其他节点的设置", "Another node's settings change"),
            Text(
                "之后走到这里的人按新的设置处理；已经完成的动作不变，正在等待的人保留原来的到期时间。",
                "Who comes from now on is treated as it now says; what was done stays done, and who waits keeps the due time.",
            ),
        ),
        "edge_added": EditEffect(
            "info",
            Text("新增连线", "An edge is added"),
            Text(
                "之后从这个出口离开的人会继续走下去；已在此结束的人不会回来。",
                "Who leaves by this outcome from now on goes on; whose path has ended here does not come back.",
            ),
        ),
        "edge_removed": EditEffect(
            "warning",
            Text("删除连线", "An edge is removed"),
            Text(
                "之后从这个出口离开的人在此完成旅程。",
                "The path of whoever leaves by this outcome from now on is completed here.",
            ),
        ),
        "edge_redirected": EditEffect(
            "warning",
            Text("连线改到另一个节点", "An edge leads to another node"),
            Text(
                "之后从这个出口离开的人去新的节点；已经走过的人不受影响，可能错过或再次经过某些节点。",
                "Who leaves by this outcome from now on comes to the other node; whoever is past it may miss nodes, or pass"
                " some twice.",
            ),
        ),
        "entry_changed": EditEffect(
            "info",
            Text("修改进入规则、重复进入、限额或起止时间", "Entry rule, re-entry, limits or dates change"),
            Text("只影响之后进入的人；里面的人继续。", "It concerns only who enters from now on; those inside go on."),
        ),
        "goals_changed": EditEffect(
            "warning",
            Text("修改目标", "Goals change"),
            Text(
                "迁移后的事件按新的目标计算，期限仍从进入时算起；已记录的转化不变。",
                "Events after the move count for the new goals, whose windows still begin at the entry; conversions that are"
                " recorded stay.",
            ),
        ),
        "exit_rules_changed": EditEffect(
            "warning",
            Text("修改退出规则", "Exit rules change"),
            Text(
                "迁移后的事件按新的规则判断，之前的事件不再判断。",
                "Events after the move are judged by the new rules; earlier ones are not judged again.",
            ),
        ),
        "holdout_changed": EditEffect(
            "warning",
            Text("修改对照组比例", "The holdout changes"),
            Text(
                "只影响之后进入的人；前后进入的人不能作为同一组比较。",
                "It concerns only who enters from now on; those who entered before and after are not one group to compare.",
            ),
        ),
        "sending_changed": EditEffect(
            "info",
            Text("修改静默时段、频次、优先级或时区", "Quiet hours, caps, priority or time zone change"),
            Text(
                "之后生成的消息和开始的等待按新的设置；已生成的消息和正在进行的等待不变。",
                "Messages requested and waits begun from now on follow it; those that are there stay as they are.",
            ),
        ),
        "execution_changed": EditEffect(
            "info",
            Text("修改执行方式", "The way of execution changes"),
            Text(
                "只影响之后进入的人；里面的人留在原来的通道。",
                "It concerns only who enters from now on; those inside stay in the lane they are in.",
            ),
        ),
    }
)

# Which effect a changed setting has; what is not named here concerns sending.
OF_SETTING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "entry": "entry_changed",
        "goals": "goals_changed",
        "exit_rules": "exit_rules_changed",
        "holdout": "holdout_changed",
        "execution": "execution_changed",
    }
)
OF_TYPE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "trigger": "trigger_changed",
        "wait": "wait_changed",
        "wait_event": "wait_event_changed",
        "split": "split_changed",
        "ab": "ab_changed",
        "send": "send_changed",
    }
)


def table() -> str:
    """The table of the documentation, in Markdown."""
    rows = ["| edit | what it does to a person inside who is moved | code |", "| --- | --- | --- |"]
    for code, effect in EDIT_EFFECTS.items():
        mark = " ⚠" if effect.severity == "warning" else ""
        rows.append(f"| {effect.edit.en}{mark} | {effect.effect.en} | `{code}` |")
    return "\n".join(rows) + "\n"
