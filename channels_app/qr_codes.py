"""Making QR codes at WeChat."""

import secrets
from datetime import timedelta

from channels_app.accounts import open_provider
from channels_app.models import ChannelAccount, QrCode
from channels_app.providers.errors import TransportError
from channels_app.providers.wechat.official import WechatOfficial
from workspaces.errors import DomainError


def wechat_provider(account: ChannelAccount) -> WechatOfficial:
    """Return the account's provider. Raises DomainError if it is not WeChat."""
    provider = open_provider(account)
    if not isinstance(provider, WechatOfficial):
        raise DomainError("wrong_provider", "This account is not at WeChat.", "account")
    return provider


def refused(error: TransportError) -> DomainError:
    """Say what the provider said, as an answer of our own."""
    return DomainError("provider_refused", f"WeChat did not do it ({error.code}): {error.detail}", status=502)


def make_qr_code(
    account: ChannelAccount, *, name: str, scene: str, attribution: str, tags: list[str], lasts: timedelta | None
) -> QrCode:
    """Have a code made at WeChat and keep it; an empty `scene` is made up, `lasts` None is for ever.

    Raises DomainError if the scene is in use, the account is not at WeChat, or WeChat refuses.
    """
    scene = scene or secrets.token_hex(8)
    if QrCode.objects.filter(account=account, scene=scene).exists():
        raise DomainError("unique", "Another code of this account has this scene.", "scene")
    try:
        ticket = wechat_provider(account).create_qr_code(scene, lasts)
    except TransportError as error:
        raise refused(error) from error
    return QrCode.objects.create(
        workspace=account.workspace,
        account=account,
        scene=scene,
        name=name,
        attribution=attribution,
        tags=tags,
        ticket=ticket.ticket,
        url=ticket.url,
        expires_at=ticket.expires_at,
    )
