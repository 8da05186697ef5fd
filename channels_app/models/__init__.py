from channels_app.models.account import ChannelAccount
from channels_app.models.message import Message, Receipt
from channels_app.models.quota import Alert, CreditEntry, Interaction, SendingRules, SendingStop
from channels_app.models.template import Template
from channels_app.models.token import AccessToken
from channels_app.models.webhook import CallState, WebhookCall, WebhookSecret
from channels_app.models.wecom import (
    ContactSync,
    ContactWay,
    CorpTag,
    Greeting,
    GreetingOutcome,
    Staff,
    SyncState,
    WelcomeMessage,
)

__all__ = [
    "AccessToken",
    "Alert",
    "CallState",
    "ChannelAccount",
    "ContactSync",
    "ContactWay",
    "CorpTag",
    "CreditEntry",
    "Greeting",
    "GreetingOutcome",
    "Interaction",
    "Message",
    "Receipt",
    "SendingRules",
    "SendingStop",
    "Staff",
    "SyncState",
    "Template",
    "WebhookCall",
    "WebhookSecret",
    "WelcomeMessage",
]
