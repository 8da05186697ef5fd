"""WeChat: template, customer-service and subscribe messages of an official account (服务号) or a mini-program.

https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Template_Message_Interface.html,
.../Service_Center_messages.html and https://developers.weixin.qq.com/doc/offiaccount/Subscription_Messages/api.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from channels_app.choices import Channel
from channels_app.providers.base import (
    Accepted,
    AccountConfig,
    BaseProvider,
    Outgoing,
    Refused,
    RemoteTemplate,
    SendResult,
)
from channels_app.providers.enclosed import Enclosed, enclosed
from channels_app.providers.errors import CallRefused, NotOffered
from channels_app.providers.inbound import CallbackRequest, Received
from channels_app.providers.wechat import authoring, callbacks, content, payloads, registry
from channels_app.providers.wechat.api import WechatApi
from channels_app.providers.wechat.crypto import CallbackCrypto

MINI_PROGRAM = "mini_program"
KINDS = ("official", MINI_PROGRAM)
UNAUTHORIZED, NO_PERMISSION = "48001", "43101"
LONGEST_TEMPORARY = timedelta(days=30)
MOST_SCENE = 64


@dataclass(frozen=True, slots=True)
class QrTicket:
    """A QR code at WeChat: `ticket` shows its picture, `url` is what the picture says; None: it does not expire."""

    ticket: str
    url: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class FollowerPage:
    openids: tuple[str, ...]
    total: int
    next_openid: str


class WechatOfficial(BaseProvider):
    """One openid a call. `Outgoing.channel` says which kind of message; an empty one is a template message.

    Only template messages can be repeated safely (`idempotent_channels`): the others have no `client_msg_id`.
    """

    idempotent_for: ClassVar[timedelta] = timedelta(minutes=10)
    idempotent_channels: ClassVar[frozenset[str]] = frozenset({Channel.WECHAT_TEMPLATE})
    calls_at_once: ClassVar[int] = 24
    calls_ahead: ClassVar[int] = 6
    answers_get: ClassVar[bool] = True
    no_credit_codes: ClassVar[frozenset[str]] = frozenset({NO_PERMISSION})
    callback_kinds: ClassVar[frozenset[str]] = frozenset({"events"})
    needed_credentials: ClassVar[tuple[str, ...]] = ("secret", "token")
    needed_settings: ClassVar[tuple[str, ...]] = ("appid",)

    def __init__(self, account: AccountConfig) -> None:
        super().__init__(account)
        self._api = WechatApi(account)
        self._appid = str(account.settings.get("appid", ""))
        self._mini_program = account.settings.get("kind") == MINI_PROGRAM
        self._crypto = CallbackCrypto(
            str(account.credentials.get("token", "")),
            str(account.credentials.get("encoding_aes_key", "")),
            self._appid,
        )

    def check(self, message: Outgoing) -> Refused | None:
        return payloads.refusal(message)

    def text(self, message: Outgoing) -> str:
        return content.shown(message.template_body, message.params)

    def enclosed(self, message: Outgoing) -> list[Enclosed]:
        return [enclosed(kind, part) for kind, part in payloads.parts(message)]

    def send_batch(self, attempt: UUID, messages: Sequence[Outgoing]) -> Mapping[UUID, SendResult]:
        (message,) = messages
        return {message.message_id: Accepted(self._send(message))}

    def _send(self, message: Outgoing) -> str:
        """Return the msgid as text: it does not fit into a double. A customer-service message has none."""
        if message.channel == Channel.WECHAT_SERVICE:
            kf_account = str(self.account.settings.get("kf_account", ""))
            answer = self._api.post("/cgi-bin/message/custom/send", payloads.service_payload(message, kf_account))
        elif message.channel == Channel.WECHAT_SUBSCRIBE:
            path = "/cgi-bin/message/subscribe/" + ("send" if self._mini_program else "bizsend")
            payload = payloads.subscribe_payload(message, mini_program=self._mini_program)
            answer = self._api.post(path, payload)
        else:
            answer = self._api.post("/cgi-bin/message/template/send", payloads.template_payload(message))
        return str(answer.get("msgid") or "")

    def receive(self, request: CallbackRequest) -> Received:
        return callbacks.receive(request, self._crypto, mini_program=self._mini_program, now=datetime.now(UTC))

    def try_connection(self) -> str:
        """https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/Get_the_WeChat_server_IP_address.html"""
        addresses = self._api.get("/cgi-bin/get_api_domain_ip").get("ip_list") or []
        return f"{self._appid}: {len(addresses)} addresses"

    @property
    def registered_channels(self) -> frozenset[str]:
        """Customer-service messages are free text, which nobody approves."""
        subscribe = frozenset({Channel.WECHAT_SUBSCRIBE})
        return subscribe if self._mini_program else subscribe | {Channel.WECHAT_TEMPLATE}

    def templates(self) -> list[RemoteTemplate]:
        if self._mini_program:
            return self._subscribe_templates()
        private = registry.private_templates(self._api.get("/cgi-bin/template/get_all_private_template"))
        try:
            return private + self._subscribe_templates()
        except CallRefused as error:
            if error.code != UNAUTHORIZED:
                raise
            # Not every official account has been opened for subscribe messages; it can send none then.
            return private

    def _subscribe_templates(self) -> list[RemoteTemplate]:
        return registry.subscribe_templates(self._api.get("/wxaapi/newtmpl/gettemplate"))

    def create_qr_code(self, scene: str, lasts: timedelta | None) -> QrTicket:
        """Have a QR code made whose scans bring `scene`; `lasts` None: for ever. Raises TransportError.

        https://developers.weixin.qq.com/doc/offiaccount/Account_Management/Generating_a_Parametric_QR_Code.html
        """
        asked: dict[str, Any] = {"action_info": {"scene": {"scene_str": scene}}}
        if lasts is None:
            asked["action_name"] = "QR_LIMIT_STR_SCENE"
        else:
            asked |= {"action_name": "QR_STR_SCENE", "expire_seconds": int(lasts.total_seconds())}
        now = datetime.now(UTC)
        answer = self._api.post("/cgi-bin/qrcode/create", asked)
        seconds = answer.get("expire_seconds")
        expires = now + timedelta(seconds=int(seconds)) if lasts is not None and seconds else None
        return QrTicket(str(answer.get("ticket", "")), str(answer.get("url", "")), expires)

    def followers(self, next_openid: str = "") -> FollowerPage:
        """Read a page of at most 10,000 followers; `next_openid` of the page before, empty at first and at the end.

        https://developers.weixin.qq.com/doc/offiaccount/User_Management/Getting_a_User_List.html
        """
        if self._mini_program:
            raise NotOffered("A mini-program has no followers.")
        query = {"next_openid": next_openid} if next_openid else {}
        answer = self._api.get("/cgi-bin/user/get", query)
        openids = (answer.get("data") or {}).get("openid") or []
        following = str(answer.get("next_openid") or "") if openids else ""
        return FollowerPage(tuple(map(str, openids)), int(answer.get("total") or 0), following)

    def people(self, openids: Sequence[str]) -> list[dict[str, Any]]:
        """Read at most 100 people: subscribe, openid, unionid, subscribe_time. Raises TransportError."""
        asked = {"user_list": [{"openid": openid, "lang": "zh_CN"} for openid in openids]}
        people = self._api.post("/cgi-bin/user/info/batchget", asked).get("user_info_list") or []
        return [person for person in people if isinstance(person, dict)]

    def force_refresh(self) -> None:
        """Declare the present access token void, after a leak. Raises TransportError."""
        self._api.force_refresh()

    @classmethod
    def problem_with(cls, settings: Mapping[str, Any]) -> str | None:
        appid = settings.get("appid")
        if not isinstance(appid, str) or not payloads.OPENID.fullmatch(appid):
            return "appid is missing."
        if settings.get("kind", "official") not in KINDS:
            return f"kind is one of {', '.join(KINDS)}."
        return None

    @classmethod
    def problem_with_template(cls, body: str, purpose: str, settings: Mapping[str, Any]) -> tuple[str, str, str] | None:
        return authoring.problem_with(body, purpose, settings)

    @classmethod
    def variables(cls, body: str, settings: Mapping[str, Any]) -> list[str]:
        return content.all_names(body, settings)

    def close(self) -> None:
        self._api.close()
