from channels_app.models.account import ChannelAccount
from channels_app.models.call import CallTry
from channels_app.models.follower_sync import FollowerSync
from channels_app.models.media_file import MediaFile
from channels_app.models.message import Message, Receipt
from channels_app.models.qr_code import QrCode
from channels_app.models.quota import Alert, CreditEntry, Interaction, SendingRules, SendingStop
from channels_app.models.short_link import ShortLink
from channels_app.models.signature import Signature
from channels_app.models.suppression import Suppression
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
    WelcomeMessage,
)
from channels_app.models.wecom_chat import GroupChat

__all__ = [
    "AccessToken",
    "Alert",
    "CallState",
    "CallTry",
    "ChannelAccount",
    "ContactSync",
    "ContactWay",
    "CorpTag",
    "CreditEntry",
    "FollowerSync",
    "Greeting",
    "GreetingOutcome",
    "GroupChat",
    "Interaction",
    "MediaFile",
    "Message",
    "QrCode",
    "Receipt",
    "SendingRules",
    "SendingStop",
    "ShortLink",
    "Signature",
    "Staff",
    "Suppression",
    "Template",
    "WebhookCall",
    "WebhookSecret",
    "WelcomeMessage",
]
