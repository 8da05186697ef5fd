"""Providers by the name that ChannelAccount.provider holds; each is imported when first used."""

from functools import cache

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


def open_provider(name: str, account: AccountConfig) -> Provider:
    return provider_class(name)(account)
