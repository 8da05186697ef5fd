"""The demo's channel accounts: one for each kind of channel, all of them at the built-in simulator."""

import secrets
import string
from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from channels_app.models import ChannelAccount, Template
from channels_app.providers.registry import entry_of
from channels_app.simulator.accounts import is_simulated, tell_simulator
from config.demo.templates import DemoTemplate, templates_of_plays
from workspaces.models import Workspace

SMS = "sms"
OPT_OUT = "拒收请回复R"


@dataclass(frozen=True)
class DemoAccount:
    """`path` is added to the simulator's address; credentials are drawn anew for each installation."""

    key: str
    name: str
    channel: str
    provider: str
    credentials: dict[str, str]
    settings: dict[str, Any]
    templates: tuple[DemoTemplate, ...]
    path: str = ""


def make_accounts(workspace: Workspace) -> None:
    """Make the accounts that are missing, and set all of them up at the simulator of this start."""
    for account in stored_accounts(workspace):
        if is_simulated(account):
            tell_simulator(account)


def stored_accounts(workspace: Workspace) -> list[ChannelAccount]:
    """The demo's accounts with their templates and those of the plays, made where they are missing."""
    accounts = []
    for wanted in _accounts():
        account, made = ChannelAccount.objects.get_or_create(
            workspace=workspace,
            key=wanted.key,
            defaults={
                "name": wanted.name,
                "channel": wanted.channel,
                "provider": wanted.provider,
                "base_url": _address(wanted),
                "credentials": wanted.credentials,
                "settings": wanted.settings,
                "callback_token": secrets.token_urlsafe(24),
            },
        )
        if made:
            # The plays' first: the newest stand first in a list, and a newcomer begins with the demo's own.
            _make_templates(account, templates_of_plays(entry_of(wanted.provider).channels))
            _make_templates(account, wanted.templates)
        elif account.base_url != _address(wanted) and "//127.0.0.1:" in account.base_url:
            # Another port than at the last start.
            account.base_url = _address(wanted)
            account.save(update_fields=["base_url"])
        accounts.append(account)
    return accounts


def _make_templates(account: ChannelAccount, templates: tuple[DemoTemplate, ...]) -> None:
    for template in templates:
        Template.objects.create(
            workspace_id=account.workspace_id,
            account=account,
            key=template.key,
            name=template.name,
            channel=template.channel or account.channel,
            provider_code=template.code,
            body=template.body,
            purpose=template.purpose,
            settings=template.settings,
            tags=list(template.tags),
            state="approved",
        )


def _address(account: DemoAccount) -> str:
    if account.channel == "email":
        return f"smtp://127.0.0.1:{settings.SIMULATOR_SMTP_PORT}"
    return f"http://127.0.0.1:{settings.SIMULATOR_PORT}{account.path}"


def _aes_key() -> str:
    """43 letters and digits, as the consoles of WeChat and WeCom make them."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(43))


def _accounts() -> tuple[DemoAccount, ...]:
    return (_sms(), _wechat(), _wecom(), _calls(), _email())


def _sms() -> DemoAccount:
    return DemoAccount(
        SMS,
        "演示短信（模拟阿里云）",
        "sms",
        "sms.aliyun",
        {"access_key_id": f"demo{secrets.token_hex(6)}", "access_key_secret": secrets.token_urlsafe(24)},
        {"sign_name": "知途演示"},
        (
            DemoTemplate("welcome_a", "欢迎短信 A", "SMS_100001", "${name}，欢迎成为知途会员！注册礼已放入您的账户。"),
            DemoTemplate(
                "welcome_b", "欢迎短信 B", "SMS_100002", "欢迎加入知途！${city}门店为您准备了到店好礼，期待您的光临。"
            ),
            DemoTemplate(
                "benefit_reminder", "权益提醒", "SMS_100003", "您的新会员权益将在${days}天后到期，请及时查看。"
            ),
            DemoTemplate(
                "new_arrivals", "新品上市", "SMS_100004", f"${{name}}，新品已到店，欢迎试用。{OPT_OUT}", "marketing"
            ),
        ),
    )


def _wechat() -> DemoAccount:
    return DemoAccount(
        "wechat",
        "演示公众号（模拟微信）",
        "wechat_template",
        "wechat.official",
        {"secret": secrets.token_hex(16), "token": secrets.token_hex(8), "encoding_aes_key": _aes_key()},
        {"appid": f"wx{secrets.token_hex(8)}", "kind": "official"},
        (
            DemoTemplate(
                "order_shipped",
                "发货通知",
                "TPL_ORDER",
                "订单：{{character_string1.DATA}}\n商品：{{thing2.DATA}}",
                channel="wechat_template",
            ),
            DemoTemplate(
                "service_reply",
                "客服回复",
                "SERVICE_TEXT",
                "您好，{{name.DATA}}，已收到您的消息，顾问马上联系您。",
                channel="wechat_service",
                settings={"msgtype": "text"},
            ),
        ),
        path="/wechat",
    )


def _wecom() -> DemoAccount:
    return DemoAccount(
        "wecom",
        "演示企业微信（模拟）",
        "wecom_customer",
        "wecom.corp",
        {
            "corp_secret": secrets.token_urlsafe(32),
            "contact_secret": secrets.token_urlsafe(32),
            "callback_token": secrets.token_hex(8),
            "encoding_aes_key": _aes_key(),
        },
        {"corp_id": f"ww{secrets.token_hex(8)}", "agent_id": 1000002},
        (
            DemoTemplate(
                "member_day",
                "会员日",
                "MEMBER_DAY",
                "${name}，本周六是会员日，到店有礼，欢迎来坐坐。",
                "marketing",
                channel="wecom_customer",
            ),
            DemoTemplate(
                "staff_notice", "员工通知", "STAFF_NOTICE", "您有一位客户需要跟进：${name}。", channel="wecom_app"
            ),
        ),
        path="/wecom",
    )


def _calls() -> DemoAccount:
    return DemoAccount(
        "robot",
        "演示外呼机器人（模拟）",
        "call",
        "call.robot_http",
        {"secret": f"whsec_{b64encode(secrets.token_bytes(24)).decode()}"},
        {"account": "demo"},
        (DemoTemplate("care_call", "关怀外呼", "CARE_CALL", "您好，${name}，这里是知途会员中心。", "marketing"),),
        path="/robot",
    )


def _email() -> DemoAccount:
    return DemoAccount(
        "email",
        "演示邮件（模拟）",
        "email",
        "email.smtp",
        {"username": f"demo{secrets.token_hex(4)}", "password": secrets.token_urlsafe(24)},
        {
            "from_address": "hello@demo.example.com",
            "from_name": "知途",
            "public_url": settings.PUBLIC_URL,
            "bounce_domain": "bounce.demo.example.com",
        },
        (
            DemoTemplate(
                "newsletter",
                "会员月刊",
                "NEWSLETTER",
                "${name}，您好！本月新品与到店活动请看正文。\n\n退订：${unsubscribe_url}",
                "marketing",
                settings={"subject": "${name}，本月会员月刊"},
            ),
        ),
    )
