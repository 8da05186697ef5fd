"""The words of the preference page, in both languages."""

from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import get_language_from_request

ZH: Final[dict[str, Any]] = {
    "lang": "zh-CN",
    "title": "消息偏好",
    "intro": "您可以随时同意或撤回；撤回立即生效，不影响您使用我们的服务。",
    "channels": {
        "sms": "短信", "call": "电话", "email": "邮件", "wechat_template": "微信模板消息", "wechat_service": "微信客服消息",
        "wechat_subscribe": "微信订阅消息", "wecom_app": "企业微信应用消息", "wecom_customer": "企业微信", "webhook": "其他渠道",
    },
    "purposes": {"marketing": "营销信息", "service": "服务通知"},
    "states": {"granted": "已同意", "withdrawn": "已撤回", "pending": "待确认", "": "未同意"},
    "grant": "同意",
    "confirm": "确认",
    "withdraw": "撤回",
    "withdraw_all": "退订全部营销信息",
    "version": "文本版本",
    "since": "时间",
    "nothing": "目前没有可设置的渠道。",
    "saved": "已保存。",
    "text": "同意内容",
    "other": "English",
    "problems": {
        "link_expired": "链接已过期，请使用最近一条消息中的链接。",
        "link_revoked": "链接已失效，请使用最近一条消息中的链接。",
        "page_out_of_date": "页面内容已变化，请核对后重新选择。",
        "other": "链接无效，请使用消息中的完整地址。",
    },
}  # fmt: skip
EN: Final[dict[str, Any]] = {
    "lang": "en",
    "title": "Message preferences",
    "intro": "You may agree or withdraw at any time. A withdrawal holds at once and does not affect our service to you.",
    "channels": {
        "sms": "Text messages", "call": "Phone calls", "email": "Email", "wechat_template": "WeChat template messages",
        "wechat_service": "WeChat service messages", "wechat_subscribe": "WeChat subscription messages",
        "wecom_app": "WeCom app messages", "wecom_customer": "WeCom", "webhook": "Other channels",
    },
    "purposes": {"marketing": "Marketing", "service": "Service notices"},
    "states": {"granted": "Agreed", "withdrawn": "Withdrawn", "pending": "To be confirmed", "": "Not agreed"},
    "grant": "Agree",
    "confirm": "Confirm",
    "withdraw": "Withdraw",
    "withdraw_all": "Unsubscribe from all marketing",
    "version": "Text version",
    "since": "Since",
    "nothing": "There is nothing to choose at present.",
    "saved": "Saved.",
    "text": "What you agree to",
    "other": "中文",
    "problems": {
        "link_expired": "This link has expired. Please use the one in our latest message.",
        "link_revoked": "This link is no longer good. Please use the one in our latest message.",
        "page_out_of_date": "The page has changed meanwhile. Please look again and choose.",
        "other": "This link is not valid. Please use the whole address from the message.",
    },
}  # fmt: skip


def texts_for(request: HttpRequest) -> tuple[str, dict[str, Any]]:
    """Return the language (`zh` or `en`) that the address asks for, else the phone's, and its words."""
    asked = request.GET.get("lang") or get_language_from_request(request)
    return ("en", EN) if asked.startswith("en") else ("zh", ZH)
