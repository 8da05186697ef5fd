"""An account's provider, open and ready."""

from functools import lru_cache
from uuid import UUID

from channels_app.models import ChannelAccount
from channels_app.providers.base import AccountConfig, BaseProvider
from channels_app.providers.registry import open_providers
from channels_app.tokens import AccountTokens


@lru_cache(maxsize=1024)
def _tokens(account_id: UUID, workspace_id: UUID) -> AccountTokens:
    return AccountTokens(account_id, workspace_id)


def open_provider(account: ChannelAccount) -> BaseProvider:
    """Return the account's provider; it is shared by the threads of this process. Raises UnknownProvider."""
    config = AccountConfig(
        account.pk,
        account.base_url,
        account.credentials,
        account.settings,
        tokens=_tokens(account.pk, account.workspace_id),
    )
    return open_providers.get(account.provider, config)
