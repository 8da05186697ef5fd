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
from channels_app.simulator.voice_config import VoiceAccount
from workspaces.models import Workspace

log = logging.getLogger(__name__)

SetUp: TypeAlias = tuple[str, dict[str, Any]]

RING_MS, TALK_MS = 15_000, 10_000
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


def _robot_account(account: ChannelAccount) -> str:
    return str(account.settings.get("account") or account.key)


def voices_of(accounts: Sequence[ChannelAccount]) -> list[str]:
    """Return the voice accounts, as `service:id`, whose calls a workspace may look at and act in."""
    ids = {
        "call.aliyun_tts": lambda account: account.credentials["access_key_id"],
        "call.aliyun_robot": lambda account: account.credentials["access_key_id"],
        "call.robot_http": _robot_account,
    }
    return [f"{a.provider.removeprefix('call.')}:{ids[a.provider](a)}" for a in accounts if a.provider in ids]


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


def _voice(service: str, id_: str, account: ChannelAccount, **config: Any) -> SetUp:
    approved = account.templates.filter(state=TemplateState.APPROVED)
    templates = dict(approved.values_list("provider_code", "body"))
    # Long enough to pick up by hand on the page of calls.
    told = VoiceAccount(templates=templates, ring_ms=RING_MS, talk_ms=TALK_MS, **config)
    return f"/admin/voice/accounts/{service}/{quote(id_, safe='')}/", told.model_dump(mode="json")


def _aliyun_tts(account: ChannelAccount) -> SetUp:
    shown = account.settings.get("called_show_number")
    return _voice(
        "aliyun_tts",
        str(account.credentials["access_key_id"]),
        account,
        secret=str(account.credentials["access_key_secret"]),
        show_numbers=(str(shown),) if shown else (),
        report_url=callback_url(account, "report"),
        progress_url=callback_url(account, "progress"),
    )


def _aliyun_robot(account: ChannelAccount) -> SetUp:
    return _voice(
        "aliyun_robot",
        str(account.credentials["access_key_id"]),
        account,
        secret=str(account.credentials["access_key_secret"]),
        instance_id=str(account.settings.get("instance_id", "")),
    )


def _robot_http(account: ChannelAccount) -> SetUp:
    return _voice(
        "robot_http",
        _robot_account(account),
        account,
        secret=str(account.credentials["secret"]),
        report_url=callback_url(account, "result"),
    )


# How an account of each simulated provider is set up: the path to PUT to, and what.
SETUPS: dict[str, Callable[[ChannelAccount], SetUp]] = {
    "sms.aliyun": _aliyun_sms,
    "call.aliyun_tts": _aliyun_tts,
    "call.aliyun_robot": _aliyun_robot,
    "call.robot_http": _robot_http,
}


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
