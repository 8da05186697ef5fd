"""Channel accounts that send through the simulator: which they are, and how it gets to know them."""

import logging
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings

from channels_app.choices import TemplateState
from channels_app.models import ChannelAccount
from channels_app.simulator.client import SimulatorClient, SimulatorUnreachable
from channels_app.simulator.config import AccessKey
from workspaces.models import Workspace

log = logging.getLogger(__name__)

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def is_simulated(account: ChannelAccount) -> bool:
    """Tell whether the account's provider is this installation's simulator."""
    url = urlsplit(account.base_url)
    return url.hostname in LOOPBACK and url.port == settings.SIMULATOR_PORT


def simulated_accounts(workspace: Workspace) -> list[ChannelAccount]:
    return [a for a in ChannelAccount.objects.filter(workspace=workspace, enabled=True) if is_simulated(a)]


def keys_of(accounts: Sequence[ChannelAccount]) -> list[str]:
    return [str(account.credentials["access_key_id"]) for account in accounts]


def access_key_of(account: ChannelAccount) -> AccessKey:
    """What the simulator must know of the account: its secret, signature, approved texts and callback addresses."""
    approved = account.templates.filter(state=TemplateState.APPROVED)
    callbacks = f"http://127.0.0.1:{settings.WEB_PORT}/callbacks/{account.callback_token}/sms/aliyun"
    return AccessKey(
        secret=str(account.credentials["access_key_secret"]),
        signs=(account.settings["sign_name"],),
        templates=dict(approved.values_list("provider_code", "body")),
        report_url=f"{callbacks}/report/",
        up_url=f"{callbacks}/up/",
    )


def tell_simulator(account: ChannelAccount) -> None:
    """Set the account up at the simulator, as its owner would at the vendor: key, signature, texts, callbacks.

    A simulator that does not answer is logged only: the account is in order, and the next edit tells it again.
    """
    if not is_simulated(account):
        return
    client = SimulatorClient(account.base_url)
    try:
        client.put_access_key(str(account.credentials["access_key_id"]), access_key_of(account).model_dump(mode="json"))
    except SimulatorUnreachable as error:
        log.warning("account %s is not set up at the simulator: %s", account.pk, error)
    finally:
        client.close()
