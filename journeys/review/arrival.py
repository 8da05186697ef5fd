"""Which messages have reached somebody, as far as their channel can tell. Pure."""

from typing import Final

# Their vendors say that they have taken a message, and nothing of its arrival (docs/reference/channels): what was accepted has.
SILENT: Final = frozenset({"email", "wechat_service", "wecom_app", "webhook"})
ARRIVED: Final = frozenset({"delivered", "read", "clicked", "replied"})


def arrived(channel: str, state: str) -> bool:
    """Whether a message in this state has reached the person."""
    return state in ARRIVED or (state == "accepted" and channel in SILENT)
