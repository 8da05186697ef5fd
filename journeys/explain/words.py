"""The engine's own words in both languages: reasons, states, channels, figures."""

from collections.abc import Mapping
from typing import Final

Pair = tuple[str, str]  # Chinese, English

NODE_TYPES: Final[Mapping[str, Pair]] = {
    "trigger": ("触发", "Trigger"),
    "wait": ("等待", "Wait"),
    "wait_event": ("等待事件", "Wait for event"),
    "split": ("条件分流", "Split"),
    "ab": ("A/B 测试", "A/B test"),
    "send": ("发送消息", "Send"),
    "task": ("导购任务", "Staff task"),
    "update": ("更新客户", "Update"),
    "webhook": ("调用接口", "Webhook"),
    "enroll": ("进入其他旅程", "Enroll"),
    "goal": ("目标", "Goal"),
    "exit": ("退出", "Exit"),
}
OUTCOMES: Final[Mapping[str, Pair]] = {
    "else": ("其他", "else"),
    "timeout": ("超时", "time-out"),
    "success": ("成功", "success"),
    "failure": ("失败", "failure"),
    "blocked": ("被拦截", "blocked"),
    "answered": ("接通", "answered"),
    "no_answer": ("无人接听", "no answer"),
    "rejected": ("拒接", "rejected"),
    "done": ("已完成", "done"),
    "overdue": ("逾期", "overdue"),
    "failed": ("失败", "failed"),
}
CHANNEL_NAMES: Final[Mapping[str, Pair]] = {
    "sms": ("短信", "SMS"),
    "wechat_template": ("微信模板消息", "WeChat template message"),
    "wechat_service": ("微信客服消息", "WeChat service message"),
    "wechat_subscribe": ("微信订阅消息", "WeChat subscribe message"),
    "wecom_app": ("企业微信应用消息", "WeCom app message"),
    "wecom_customer": ("企业微信客户群发", "WeCom customer message"),
    "call": ("外呼电话", "call"),
    "email": ("邮件", "email"),
    "webhook": ("Webhook", "webhook"),
}
_WITH_AN: Final = {"sms", "email"}
# One message of a channel.
CHANNELS: Final[Mapping[str, Pair]] = {
    channel: (zh, f"{'an' if channel in _WITH_AN else 'a'} {en}") for channel, (zh, en) in CHANNEL_NAMES.items()
}
PURPOSES: Final[Mapping[str, Pair]] = {"marketing": ("营销", "marketing"), "service": ("服务", "service")}
STATES: Final[Mapping[str, Pair]] = {
    "queued": ("排队中", "queued"),
    "sending": ("发送中", "sending"),
    "accepted": ("渠道已受理", "accepted"),
    "delivered": ("已送达", "delivered"),
    "read": ("已读", "read"),
    "clicked": ("已点击", "clicked"),
    "replied": ("已回复", "replied"),
    "result": ("有结果", "a result"),
    "failed": ("发送失败", "failed"),
    "blocked": ("被拦截", "blocked"),
    "expired": ("已过期", "expired"),
    "unknown": ("结果未知", "unknown"),
    # How calls end.
    "answered": ("已接通", "answered"),
    "no_answer": ("无人接听", "not answered"),
    "busy": ("占线", "busy"),
    "rejected": ("被拒接", "rejected"),
    "powered_off": ("已关机", "switched off"),
    "unreachable": ("无法接通", "unreachable"),
    "invalid": ("空号", "no such number"),
    "suspended": ("已停机", "suspended"),
    "restricted": ("号码受限", "restricted"),
    **{f"intent_{letter}": (f"意向 {letter}", f"intent {letter}") for letter in "ABCDEF"},
}
# Why a message is not sent, or not now.
BLOCKS: Final[Mapping[str, Pair]] = {
    "no_consent": ("没有授权", "no consent"),
    "opted_out": ("已退订", "opted out"),
    "quiet_hours": ("在免打扰时段", "quiet hours"),
    "frequency_cap": ("超过频次上限", "frequency cap reached"),
    "quota": ("渠道额度已用完", "the channel's quota is used up"),
    "no_identity": ("没有可用的联系方式", "no way to reach the person"),
    "template_not_approved": ("模板未审核通过", "the template is not approved"),
    "exited": ("已离开旅程", "the person has left the journey"),
    "priority": ("让位给优先级更高的旅程", "a journey of higher priority goes first"),
}
FIGURES: Final[Mapping[str, Pair]] = {
    "most": ("上限", "at most"),
    "frees_at": ("恢复时间", "free again at"),
    "last_interaction": ("上次互动", "last interaction"),
    "left": ("剩余次数", "left"),
    "day": ("日期", "day"),
    "from": ("开始", "from"),
    "to": ("结束", "to"),
    "zone": ("时区", "time zone"),
    "local_time": ("当地时间", "local time"),
    "unknown_zone": ("不存在的时区", "unknown time zone"),
    "unknown_zones": ("不存在的时区", "unknown time zones"),
    "channel": ("渠道", "channel"),
    "purpose": ("用途", "purpose"),
    "consent": ("授权", "consent"),
    "limit": ("上限", "limit"),
    "count": ("已发", "sent"),
    "sent": ("已发", "sent"),
    "used": ("已用", "used"),
    "window": ("窗口", "window"),
    "within": ("时间范围", "within"),
    "opens": ("开放", "opens"),
}
CONSENTS: Final[Mapping[str, Pair]] = {"granted": ("已授权", "granted"), "withdrawn": ("已撤回", "withdrawn")}
TRIGGERS: Final[Mapping[str, Pair]] = {
    "api": ("通过接口进入旅程", "Enrolled by the API"),
    "segment": ("因人群变化进入旅程", "Enrolled by a segment"),
    "schedule": ("按计划进入旅程", "Enrolled by a schedule"),
    "date": ("因日期到来进入旅程", "Enrolled by a date"),
    "enroll": ("由另一旅程带入", "Enrolled by another journey"),
    "journey": ("由另一旅程带入", "Enrolled by another journey"),
}
# What was wrong with the attribute that a wait reads.
PROBLEMS: Final[Mapping[str, Pair]] = {
    "past": ("日期已过", "the date had passed"),
    "missing": ("没有值", "there was no value"),
    "not_a_date": ("不是日期", "it is no date"),
    "attribute_missing": ("属性没有值", "the attribute had no value"),
    "attribute_not_a_date": ("属性不是日期", "the attribute was no date"),
}
CHOICES: Final[Mapping[str, Pair]] = {
    "winner": ("已决出胜者", "the test has a winner"),
    "fallback": ("没有决出胜者，采用兜底版本", "the test has no winner; this is the fallback"),
}
EXITS: Final[Mapping[str, Pair]] = {
    "goal": ("目标已达成", "the goal was reached"),
    "exit_rule": ("符合退出规则", "an exit rule applied"),
    "exit_node": ("到达退出节点", "an exit node was reached"),
    "operator": ("由运营人员移出", "removed by an operator"),
    "stopped": ("旅程已停止", "the journey was stopped"),
    "journey_stopped": ("旅程已停止", "the journey was stopped"),
    **PROBLEMS,
    "merged": ("档案合并，由另一次运行继续", "two profiles became one, and the earlier run goes on"),
    "erased": ("个人资料已删除", "the person's data were erased"),
}
UNITS: Final[Mapping[str, Pair]] = {
    "months": ("{n} 个月", "{n:month|months}"),
    "days": ("{n} 天", "{n:day|days}"),
    "hours": ("{n} 小时", "{n:hour|hours}"),
    "minutes": ("{n} 分钟", "{n:minute|minutes}"),
    "seconds": ("{n} 秒", "{n:second|seconds}"),
}
