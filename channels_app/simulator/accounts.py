"""Channel accounts that send through the simulator: which they are, and how it gets to know them."""

import logging
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.urls import reverse

from channels_app.choices import TemplateState
from channels_app.models import ChannelAccount, Template
from channels_app.simulator.client import SimulatorClient, SimulatorUnreachable
from channels_app.simulator.config import AccessKey, Review
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


# The credential that names an SMS account at its vendor, and the one that it signs with.
SMS_CREDENTIALS = {"sms.aliyun": ("access_key_id", "access_key_secret"), "sms.tencent": ("secret_id", "secret_key")}


def keys_of(accounts: Sequence[ChannelAccount]) -> list[str]:
    """Return the keys of SMS vendors whose phones a workspace may look at."""
    return [str(a.credentials[SMS_CREDENTIALS[a.provider][0]]) for a in accounts if a.provider in SMS_CREDENTIALS]


def callback_url(account: ChannelAccount, kind: str) -> str:
    """Return the address that the account's owner would enter at the vendor's console."""
    path = reverse("provider-callback", args=[account.callback_token, *account.provider.split("."), kind])
    return f"http://127.0.0.1:{settings.WEB_PORT}{path}"


def access_key_of(account: ChannelAccount) -> AccessKey:
    """What the simulator must know of an SMS account: secret, signatures, texts and their reviews, callback addresses."""
    # Of two that share a code the approved one counts.
    templates = sorted(account.templates.all(), key=lambda template: template.state == TemplateState.APPROVED)
    known = {row.name: row for row in account.signatures.all()}
    named = [account.settings["sign_name"], *(t.settings.get("sign_name") for t in templates), *known]
    vendor = account.provider.partition(".")[2]
    report, up = ("report", "up") if vendor == "aliyun" else ("status", "reply")
    return AccessKey(
        vendor="tencent" if vendor == "tencent" else "aliyun",
        secret=str(account.credentials[SMS_CREDENTIALS[account.provider][1]]),
        apps=(str(account.settings.get("sdk_app_id", "")),),
        signs=tuple(dict.fromkeys(str(name) for name in named if name)),
        templates={template.provider_code: template.body for template in templates},
        reviews={template.provider_code: _review_of(template) for template in templates},
        sign_reviews={
            row.name: Review.model_validate({"state": row.state, "reason": row.reason}) for row in known.values()
        },
        most_in_variable=account.settings.get("variable_length", 6),
        report_url=callback_url(account, report),
        up_url=callback_url(account, up),
    )


def _review_of(template: Template) -> Review:
    kind = template.settings.get("kind") or ("marketing" if template.purpose == "marketing" else "notice")
    return Review.model_validate(
        {"state": template.state, "reason": template.reason, "name": template.name, "kind": kind}
    )


def _sms(account: ChannelAccount) -> SetUp:
    key_id = str(account.credentials[SMS_CREDENTIALS[account.provider][0]])
    return f"/admin/access-keys/{quote(key_id, safe='')}/", access_key_of(account).model_dump(mode="json")


# How an account of each simulated provider is set up: the path to PUT to, and what.
SETUPS: dict[str, Callable[[ChannelAccount], SetUp]] = {"sms.aliyun": _sms, "sms.tencent": _sms}


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
