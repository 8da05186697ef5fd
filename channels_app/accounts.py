"""An account's provider, open and ready."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from channels_app.media import WorkspaceFiles
from channels_app.models import ChannelAccount, Signature
from channels_app.providers.base import AccountConfig, BaseProvider
from channels_app.providers.registry import open_providers, provider_class
from channels_app.tokens import AccountTokens


@lru_cache(maxsize=1024)
def _tokens(account_id: UUID, workspace_id: UUID) -> AccountTokens:
    return AccountTokens(account_id, workspace_id)


def _settings(account: ChannelAccount) -> dict[str, Any]:
    """Add what the registry says of signatures; a change of it opens the provider anew, like one of the account."""
    if not provider_class(account.provider).signs_messages:
        return dict(account.settings)
    rows = Signature.objects.filter(account=account).values_list("name", "state", "reason")
    return {
        **account.settings,
        "signatures": {name: {"state": state, "reason": reason} for name, state, reason in rows},
    }


def open_provider(account: ChannelAccount) -> BaseProvider:
    """Return the account's provider; it is shared by the threads of this process. Raises UnknownProvider."""
    config = AccountConfig(
        account.pk,
        account.base_url,
        account.credentials,
        _settings(account),
        tokens=_tokens(account.pk, account.workspace_id),
        files=WorkspaceFiles(account.workspace_id),
    )
    return open_providers.get(account.provider, config)
