"""Channel accounts that send through the simulator: which they are, and how it gets to know them."""

import logging
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.urls import reverse

from channels_app.choices import TemplateState
from channels_app.models import ChannelAccount
from channels_app.simulator.client import SimulatorClient, SimulatorUnreachable
from channels_app.simulator.config import AccessKey
from workspaces.models import Workspace

log = logging.getLogger(__name__)

SetUp: TypeAlias = tuple[str, dict[str, Any]]

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def is_simulated(account: ChannelAccount) -> bool:
    """Tell whether the account's provider is this installation's simulator."""
    url = urlsplit(account.base_url)
    return url.hostname in LOOPBACK and url.port == settings.SIMULATOR_PORT


def simulator_url(account: ChannelAccount) -> str:
    """Return where the simulator's own API is: an account's base URL may name one of its vendors."""
    return "{0.scheme}://{0.netloc}".format(urlsplit(account.base_url))


def simulated_accounts(workspace: Workspace) -> list[ChannelAccount]:
    return [a for a in ChannelAccount.objects.filter(workspace=workspace, enabled=True) if is_simulated(a)]


def keys_of(accounts: Sequence[ChannelAccount]) -> list[str]:
    """Return the Aliyun keys whose phones a workspace may look at."""
    return [str(a.credentials["access_key_id"]) for a in accounts if a.provider == "sms.aliyun"]


def callback_url(account: ChannelAccount, kind: str) -> str:
    """Return the address that the account's owner would enter at the vendor's console."""
    path = reverse("provider-callback", args=[account.callback_token, *account.provider.split("."), kind])
    return f"http://127.0.0.1:{settings.WEB_PORT}{path}"


def access_key_of(account: ChannelAccount) -> AccessKey:
    """What the simulator must know of an Aliyun account: secret, signature, approved texts, callback addresses."""
    approved = account.templates.filter(state=TemplateState.APPROVED)
    return AccessKey(
        secret=str(account.credentials["access_key_secret"]),
        signs=(account.settings["sign_name"],),
        templates=dict(approved.values_list("provider_code", "body")),
        report_url=callback_url(account, "report"),
        up_url=callback_url(account, "up"),
    )


def _aliyun_sms(account: ChannelAccount) -> SetUp:
    path = f"/admin/access-keys/{quote(str(account.credentials['access_key_id']), safe='')}/"
    return path, access_key_of(account).model_dump(mode="json")


def _wecom(account: ChannelAccount) -> SetUp:
    """The corporation, its app, and its callback; members are kept, the first accounts get two."""
    credentials, agent = account.credentials, int(str(account.settings["agent_id"]))
    secrets = dict.fromkeys([str(credentials["corp_secret"]), str(credentials.get("contact_secret") or "")])
    return f"/admin/wecom/corps/{quote(str(account.settings['corp_id']), safe='')}/", {
        "apps": [{"secret": secret, "agent_id": agent} for secret in secrets if secret],
        "callback_url": callback_url(account, "event"),
        "callback_token": str(credentials.get("callback_token") or ""),
        "encoding_aes_key": str(credentials.get("encoding_aes_key") or ""),
        "members": [
            {"userid": userid, "name": userid} for userid in account.settings.get("members") or ("zhangsan", "lisi")
        ],
    }


# How an account of each simulated provider is set up: the path to PUT to, and what.
SETUPS: dict[str, Callable[[ChannelAccount], SetUp]] = {"sms.aliyun": _aliyun_sms, "wecom.corp": _wecom}


def tell_simulator(account: ChannelAccount) -> None:
    """Set the account up at the simulator, as its owner would at the vendor: key, signature, texts, callbacks.

    A simulator that does not answer is logged only: the account is in order, and the next edit tells it again.
    """
    if not is_simulated(account) or account.provider not in SETUPS:
        return
    client = SimulatorClient(simulator_url(account))
    try:
        client.put(*SETUPS[account.provider](account))
    except SimulatorUnreachable as error:
        log.warning("account %s is not set up at the simulator: %s", account.pk, error)
    finally:
        client.close()
