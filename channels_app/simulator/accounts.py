"""Channel accounts that send through the simulator: which they are, and how it gets to know them."""

import logging
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.urls import reverse

from channels_app.choices import TemplateState
from channels_app.models import ChannelAccount, Signature, Template
from channels_app.providers.email.addresses import wire_address
from channels_app.providers.hosts import is_loopback
from channels_app.providers.sms.content import ALIYUN
from channels_app.simulator.client import SimulatorClient, SimulatorUnreachable
from channels_app.simulator.config import AccessKey, Review
from channels_app.simulator.voice_config import VoiceAccount
from workspaces.models import Workspace

log = logging.getLogger(__name__)

# WeChat's console makes no other.
ENCODING_AES_KEY = re.compile(r"[A-Za-z0-9]{43}", re.ASCII)

SetUp: TypeAlias = tuple[str, dict[str, Any]]

# By which credential a simulated vendor tells accounts apart.
KEY_NAMES = {
    "sms.aliyun": "access_key_id",
    "sms.tencent": "secret_id",
    "sms.yunpian": "apikey",
    "email.smtp": "username",
}
NOBODY = "-"
RING_MS, TALK_MS = 15_000, 10_000


def is_simulated(account: ChannelAccount) -> bool:
    """Tell whether the account's provider is this installation's simulator."""
    url = urlsplit(account.base_url)
    port = settings.SIMULATOR_SMTP_PORT if url.scheme == "smtp" else settings.SIMULATOR_PORT
    return is_loopback(url.hostname) and url.port == port


def simulator_url(account: ChannelAccount) -> str:
    """Return where the simulator's own API is: an account's base URL may name one of its vendors, or its mail server."""
    if account.base_url.startswith("smtp:"):
        return f"http://127.0.0.1:{settings.SIMULATOR_PORT}"
    return "{0.scheme}://{0.netloc}".format(urlsplit(account.base_url))


def simulated_accounts(workspace: Workspace) -> list[ChannelAccount]:
    return [a for a in ChannelAccount.objects.filter(workspace=workspace, enabled=True) if is_simulated(a)]


# The credential that an SMS account signs with.
SECRET_NAMES = {"sms.aliyun": "access_key_secret", "sms.tencent": "secret_key"}


def keys_of(accounts: Sequence[ChannelAccount]) -> list[str]:
    """Return the keys at the simulated vendors whose phones and mailboxes a workspace may look at.

    Without any, the list holds a key that is nobody's: an empty one would ask for everybody's.
    """
    keys = [str(a.credentials.get(KEY_NAMES[a.provider], "")) for a in accounts if a.provider in KEY_NAMES]
    return keys or [NOBODY]


def appids_of(accounts: Sequence[ChannelAccount]) -> list[str]:
    """Return the WeChat accounts whose followers a workspace may look at."""
    return [str(a.settings.get("appid", "")) for a in accounts if a.provider == "wechat.official"]


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
    """What the simulator must know of an SMS account: secret, signatures, texts and their reviews, callback addresses."""
    # Of two that share a code the approved one counts.
    templates = sorted(account.templates.all(), key=lambda template: template.state == TemplateState.APPROVED)
    known = {row.name: row for row in Signature.objects.filter(account=account)}
    named = [account.settings["sign_name"], *(t.settings.get("sign_name") for t in templates), *known]
    vendor = account.provider.partition(".")[2]
    report, up = ("report", "up") if vendor == "aliyun" else ("status", "reply")
    return AccessKey(
        vendor="tencent" if vendor == "tencent" else "aliyun",
        secret=str(account.credentials[SECRET_NAMES[account.provider]]),
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
    key_id = str(account.credentials[KEY_NAMES[account.provider]])
    return f"/admin/access-keys/{quote(key_id, safe='')}/", access_key_of(account).model_dump(mode="json")


def _wechat(account: ChannelAccount) -> SetUp:
    """Every openid follows such an account, so that people who are imported with one can be written to at once."""
    approved = account.templates.filter(state=TemplateState.APPROVED)
    subscribe = list(approved.filter(channel="wechat_subscribe"))
    given = str(account.credentials.get("encoding_aes_key", ""))
    key = given if ENCODING_AES_KEY.fullmatch(given) else ""
    config = {
        "secret": str(account.credentials["secret"]),
        "kind": account.settings.get("kind", "official"),
        "token": str(account.credentials["token"]),
        "encoding_aes_key": key,
        "mode": "encrypted" if key else "plain",
        "callback_url": callback_url(account, "events"),
        "templates": dict(approved.filter(channel="wechat_template").values_list("provider_code", "body")),
        "subscribe_templates": {template.provider_code: template.body for template in subscribe},
        "enumerations": {template.provider_code: _enumerations(template) for template in subscribe},
        "everyone_follows": True,
    }
    return f"/admin/wechat/accounts/{quote(str(account.settings['appid']), safe='')}/", config


def _enumerations(template: Template) -> dict[str, list[str]]:
    fields = template.settings.get("fields")
    known = fields.items() if isinstance(fields, dict) else ()
    return {name: list(map(str, values)) for name, values in known if isinstance(values, list)}


def _smtp_email(account: ChannelAccount) -> SetUp:
    user = str(account.credentials.get("username") or NOBODY)
    config = {
        "password": str(account.credentials.get("password") or ""),
        "domain": wire_address(str(account.settings["from_address"])).domain,
        "bounce_domain": str(account.settings.get("bounce_domain") or ""),
        "bounce_url": callback_url(account, "bounce"),
    }
    return f"/admin/mail/accounts/{quote(user, safe='')}/", config


def _standard_webhook(account: ChannelAccount) -> SetUp:
    name = urlsplit(account.base_url).path.rpartition("/")[2] or NOBODY
    config = {"secret": str(account.credentials["secret"]), "status_url": callback_url(account, "status")}
    return f"/admin/webhook/endpoints/{quote(name, safe='')}/", config


def _yunpian_sms(account: ChannelAccount) -> SetUp:
    bodies = account.templates.filter(state=TemplateState.APPROVED).values_list("body", flat=True)
    sign = f"【{account.settings['sign_name']}】"
    config = {
        "templates": [sign + ALIYUN.variable.sub(r"#\1#", body) for body in bodies],
        "report_url": callback_url(account, "report"),
        "reply_url": callback_url(account, "reply"),
    }
    return f"/admin/yunpian/accounts/{quote(str(account.credentials['apikey']), safe='')}/", config


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
SETUPS: dict[str, Callable[[ChannelAccount], SetUp]] = {
    "sms.aliyun": _sms,
    "sms.tencent": _sms,
    "wechat.official": _wechat,
    "sms.yunpian": _yunpian_sms,
    "email.smtp": _smtp_email,
    "webhook.standard": _standard_webhook,
    "call.aliyun_tts": _aliyun_tts,
    "call.aliyun_robot": _aliyun_robot,
    "call.robot_http": _robot_http,
    "wecom.corp": _wecom,
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
