"""App messages (应用消息) to members of staff.

https://developer.work.weixin.qq.com/document/path/90236
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from channels_app.providers.base import Accepted, Outgoing, Refused, SendResult
from channels_app.providers.errors import ErrorClass
from channels_app.providers.wecom import content
from channels_app.providers.wecom.api import WecomApi
from channels_app.providers.wecom.media import Media

MOST_USERS = 1000
# Tells app messages from customer mass messages, which alone can be asked about.
MARK = "app:"


def send(api: WecomApi, media: Media, messages: Sequence[Outgoing]) -> Mapping[UUID, SendResult]:
    """Send one content to up to 1,000 members. Raises TransportError.

    `enable_duplicate_check` compares contents and is no idempotency key: it would swallow a repetition that is meant,
    and does not catch one that differs in a byte. So it is off unless the template asks for it.
    """
    first = messages[0]
    interval = first.template.get("duplicate_check_interval")
    body = {
        "touser": "|".join(message.address for message in messages),
        "agentid": int(str(api.agent_id)),
        **content.app_message(first.template_body, first.template, first.params),
        **({"enable_duplicate_check": 1, "duplicate_check_interval": interval} if interval else {}),
    }
    answer = media.call(body, lambda said: api.post("/cgi-bin/message/send", said, "app"))
    # The vendor answers in lower case, and a partial failure is errcode 0.
    invalid, unlicensed = (_users(answer.get(key)) for key in ("invaliduser", "unlicenseduser"))
    accepted = Accepted(f"{MARK}{answer.get('msgid') or ''}")

    def result(message: Outgoing) -> SendResult:
        user = message.address.lower()
        if user in invalid:
            return Refused(ErrorClass.RECIPIENT_PERMANENT, "invaliduser", "no such member in the app's scope")
        if user in unlicensed:
            return Refused(ErrorClass.RECIPIENT_PERMANENT, "unlicenseduser", "the member has no licence")
        return accepted

    return {message.message_id: result(message) for message in messages}


def _users(value: object) -> frozenset[str]:
    return frozenset(str(value or "").lower().split("|")) - {""}
