from channels_app.models.account import ChannelAccount
from channels_app.models.call import CallTry
from channels_app.models.message import Message, Receipt
from channels_app.models.quota import Alert, CreditEntry, Interaction, SendingRules, SendingStop
from channels_app.models.template import Template
from channels_app.models.token import AccessToken
from channels_app.models.webhook import CallState, WebhookCall, WebhookSecret

__all__ = [
    "AccessToken",
    "Alert",
    "CallState",
    "CallTry",
    "ChannelAccount",
    "CreditEntry",
    "Interaction",
    "Message",
    "Receipt",
    "SendingRules",
    "SendingStop",
    "Template",
    "WebhookCall",
    "WebhookSecret",
]
