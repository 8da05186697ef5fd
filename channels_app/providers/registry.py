"""Providers by the name that ChannelAccount.provider holds; each is imported when first used."""

import threading
from functools import cache
from uuid import UUID

from django.utils.module_loading import import_string

from channels_app.providers.base import AccountConfig, Provider
from channels_app.providers.errors import UnknownProvider

PROVIDERS = {
    "sms.aliyun": "channels_app.providers.sms.aliyun.AliyunSms",
}


@cache
def provider_class(name: str) -> type[Provider]:
    """Return the class registered as `name`. Raises UnknownProvider."""
    try:
        path = PROVIDERS[name]
    except KeyError as error:
        raise UnknownProvider(name) from error
    return import_string(path)  # type: ignore[no-any-return]  # the registry above holds Provider classes only


class OpenProviders:
    """One open provider an account: opening loads certificates and connects, which no send should wait for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[UUID, tuple[str, AccountConfig, Provider]] = {}

    def get(self, name: str, account: AccountConfig) -> Provider:
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
            for _, _, provider in self._open.values():
                provider.close()
            self._open.clear()


open_providers = OpenProviders()
