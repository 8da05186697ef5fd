"""Providers by the name that ChannelAccount.provider holds; each is imported when first used."""

import threading
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from channels_app.choices import Channel
from channels_app.providers.base import AccountConfig, BaseProvider
from channels_app.providers.errors import UnknownProvider


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a provider is, what operators call it, and which channels its accounts may serve."""

    path: str
    label: Promise
    channels: tuple[str, ...]
    # Where `channels_app.callback_hooks.CallbackHooks` of this provider are, if it has any.
    hooks: str = ""


PROVIDERS = {
    "sms.aliyun": Entry("channels_app.providers.sms.aliyun.AliyunSms", _("Aliyun SMS"), (Channel.SMS,)),
    "wechat.official": Entry(
        "channels_app.providers.wechat.official.WechatOfficial",
        _("WeChat official account"),
        (Channel.WECHAT_TEMPLATE, Channel.WECHAT_SERVICE, Channel.WECHAT_SUBSCRIBE),
    ),
    "sms.yunpian": Entry("channels_app.providers.sms.yunpian.YunpianSms", _("Yunpian SMS"), (Channel.SMS,)),
    "email.smtp": Entry("channels_app.providers.email.smtp.SmtpEmail", _("Email by SMTP"), (Channel.EMAIL,)),
    "webhook.standard": Entry(
        "channels_app.providers.webhook.standard.StandardWebhook", _("Signed webhook"), (Channel.WEBHOOK,)
    ),
    "sms.tencent": Entry("channels_app.providers.sms.tencent.TencentSms", _("Tencent Cloud SMS"), (Channel.SMS,)),
    "call.aliyun_tts": Entry(
        "channels_app.providers.call.aliyun_tts.AliyunTts", _("Aliyun voice notification"), (Channel.CALL,)
    ),
    "call.aliyun_robot": Entry(
        "channels_app.providers.call.aliyun_robot.AliyunRobot", _("Aliyun outbound robot"), (Channel.CALL,)
    ),
    "call.robot_http": Entry(
        "channels_app.providers.call.robot_http.RobotHttp", _("Outbound robot by HTTP"), (Channel.CALL,)
    ),
    "wecom.corp": Entry(
        "channels_app.providers.wecom.corp.WecomCorp",
        _("Enterprise WeChat"),
        (Channel.WECOM_APP, Channel.WECOM_CUSTOMER),
        hooks="channels_app.wecom.hooks.WecomHooks",
    ),
}


def provider_choices() -> list[tuple[str, Promise]]:
    """Return the registered names with their labels, for forms."""
    return [(name, entry.label) for name, entry in PROVIDERS.items()]


def entry_of(name: str) -> Entry:
    """Return what is registered as `name`. Raises UnknownProvider."""
    try:
        return PROVIDERS[name]
    except KeyError as error:
        raise UnknownProvider(name) from error


@cache
def provider_class(name: str) -> type[BaseProvider]:
    """Return the class registered as `name`. Raises UnknownProvider."""
    return import_string(entry_of(name).path)  # type: ignore[no-any-return]  # the registry holds providers only


class OpenProviders:
    """One open provider an account: opening loads certificates and connects, which no send should wait for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[UUID, tuple[str, AccountConfig, BaseProvider]] = {}

    def get(self, name: str, account: AccountConfig) -> BaseProvider:
        """Return the account's provider, opened anew if the account has been edited since."""
        with self._lock:
            known = self._open.get(account.id)
            if known and known[:2] == (name, account):
                return known[2]
            provider = provider_class(name)(account)
            self._open[account.id] = (name, account, provider)
        if known:
            known[2].close()
        return provider

    def close_all(self) -> None:
        with self._lock:
            for _name, _account, provider in self._open.values():
                provider.close()
            self._open.clear()


open_providers = OpenProviders()
