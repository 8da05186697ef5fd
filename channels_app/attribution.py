"""Where people come from: events that carry a QR code's scene get the code's name, attribution and tags."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from channels_app.models import ChannelAccount, QrCode
from channels_app.providers.inbound import InboundEvent

THROUGH_CODES = frozenset({"wechat_subscribe", "wechat_scan"})


def attributed(account: ChannelAccount, events: Sequence[InboundEvent]) -> list[InboundEvent]:
    """Return the events with `qr_code`, `qr_attribution` and `qr_tags` among the properties of those with a known scene."""
    scenes = {
        event.properties["scene"] for event in events if event.name in THROUGH_CODES and "scene" in event.properties
    }
    if not scenes:
        return list(events)
    codes = {code.scene: code for code in QrCode.objects.filter(account=account, scene__in=scenes)}
    return [_with(event, codes) for event in events]


def _with(event: InboundEvent, codes: Mapping[str, QrCode]) -> InboundEvent:
    code = codes.get(event.properties.get("scene", ""))
    if event.name not in THROUGH_CODES or code is None:
        return event
    about = {"qr_code": code.name, "qr_attribution": code.attribution, "qr_tags": code.tags}
    return replace(event, properties={**event.properties, **about})
