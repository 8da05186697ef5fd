from channels_app.models.account import ChannelAccount
from channels_app.models.message import Message, Receipt
from channels_app.models.template import Template
from channels_app.models.webhook import CallState, WebhookCall, WebhookSecret

__all__ = ["CallState", "ChannelAccount", "Message", "Receipt", "Template", "WebhookCall", "WebhookSecret"]
