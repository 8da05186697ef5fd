"""What the pages for staff say, in both languages."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

TEXTS: dict[str, dict[str, Any]] = {
    "zh": {
        "title": "客户任务",
        "customer": "客户",
        "content": "任务内容",
        "materials": "素材",
        "due": "截止时间",
        "note": "备注（选填）",
        "done": "已完成",
        "failed": "无法完成",
        "reassign": "转交同事",
        "hand_over": "转交",
        "closed": "任务状态",
        "other": "English",
        "states": {
            "open": "待处理",
            "done": "已完成",
            "failed": "未能完成",
            "overdue": "已逾期",
            "cancelled": "已取消",
        },
        "problems": {
            "invalid_link": "链接无效。",
            "link_expired": "链接已过期。",
            "handed_over": "任务已转交给其他同事。",
            "wrong_state": "任务已结束。",
            "unknown_staff": "没有这位同事。",
            "other": "操作没有成功，请重新打开链接。",
        },
    },
    "en": {
        "title": "Customer task",
        "customer": "Customer",
        "content": "What to do",
        "materials": "Materials",
        "due": "Due",
        "note": "Note (optional)",
        "done": "Done",
        "failed": "Could not do it",
        "reassign": "Hand to a colleague",
        "hand_over": "Hand over",
        "closed": "State",
        "other": "中文",
        "states": {
            "open": "Open",
            "done": "Done",
            "failed": "Not done",
            "overdue": "Overdue",
            "cancelled": "Cancelled",
        },
        "problems": {
            "invalid_link": "The link is not valid.",
            "link_expired": "The link has expired.",
            "handed_over": "The task is another colleague's now.",
            "wrong_state": "The task is closed.",
            "unknown_staff": "There is no such colleague.",
            "other": "That did not work; please open the link again.",
        },
    },
}


def texts_for(request: HttpRequest) -> tuple[str, dict[str, Any]]:
    """Return the language asked for by `?lang=`, else the phone's, and its texts."""
    asked = request.GET.get("lang") or (get_language() or "")
    language = "en" if asked.startswith("en") else "zh"
    return language, TEXTS[language]
