"""An account's corporation, for what is beside messages."""

from channels_app.accounts import open_provider
from channels_app.models import ChannelAccount
from channels_app.providers.errors import CallRefused, TransportError
from channels_app.providers.wecom.api import WecomApi
from channels_app.providers.wecom.corp import WecomCorp
from workspaces.errors import DomainError

PROVIDER = "wecom.corp"


def corp_of(account: ChannelAccount) -> WecomCorp:
    """Return the account's provider. Raises DomainError `wrong_provider` for an account elsewhere."""
    provider = open_provider(account)
    if not isinstance(provider, WecomCorp):
        raise DomainError("wrong_provider", "The account is not one of enterprise WeChat.", "account")
    return provider


def api_of(account: ChannelAccount) -> WecomApi:
    return corp_of(account).api


def as_domain_error(error: TransportError) -> DomainError:
    """What the vendor said to a call that a person has asked for."""
    if isinstance(error, CallRefused):
        return DomainError("provider_refused", f"{error.code}: {error.detail}", status=409)
    return DomainError("provider_silent", "WeCom has not answered; look before you repeat it.", status=409)
