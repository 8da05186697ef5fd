from channels_app.models.account import ChannelAccount
from channels_app.models.message import Message, Receipt
from channels_app.models.template import Template

__all__ = ["ChannelAccount", "Message", "Receipt", "Template"]
