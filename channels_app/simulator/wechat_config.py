"""What the simulated WeChat can be told: how an account is set up, and what a follower does."""

from typing import Annotated, Literal

from pydantic import Field

from channels_app.simulator.config import Count, Strict

Text = Annotated[str, Field(min_length=1, max_length=2000)]
WINDOWS = {"message": (5, 172_800), "menu": (3, 60), "follow": (3, 60), "scan": (3, 60), "enter_session": (2, 60)}


class OfficialAccount(Strict):
    """An account as its owner has set it up at WeChat.

    `templates` and `subscribe_templates` map a template's id to its content, `enumerations` a template's id to its
    fields with the values that they may have. `subscribe_notices`: an official account has been opened for subscribe
    messages. `qr_scale` stretches the life of temporary QR codes. `ips` lists the addresses that may fetch
    tokens; empty: all may. `windows` maps what a person did to how many customer-service messages it allows, and for
    how many seconds. `everyone_follows`: an openid that nobody has seen belongs to a follower. `retry_scale`
    stretches the 5 seconds between repetitions of a callback, `delivery_ms` is how long a message takes to arrive.
    """

    secret: str
    kind: Literal["official", "mini_program"] = "official"
    token: str = ""
    encoding_aes_key: Annotated[str, Field(pattern=r"^([A-Za-z0-9]{43})?$")] = ""
    mode: Literal["plain", "compatible", "encrypted"] = "plain"
    format: Literal["xml", "json"] = "xml"
    callback_url: str = ""
    ips: tuple[str, ...] = ()
    templates: dict[str, str] = {}
    subscribe_templates: dict[str, str] = {}
    enumerations: dict[str, dict[str, tuple[str, ...]]] = {}
    subscribe_notices: bool = True
    everyone_follows: bool = False
    token_seconds: Count = 7200
    overlap_seconds: Annotated[float, Field(ge=0)] = 300
    forced_gap_seconds: Count = 30
    forced_per_day: Count = 20
    tokens_per_minute: Count = 10_000
    template_per_day: Count = 100_000
    service_per_day: Count = 500_000
    subscribe_per_day: Count = 500_000
    windows: dict[str, tuple[int, int]] = WINDOWS
    page_size: Annotated[int, Field(ge=1)] = 10_000
    delivery_ms: Count = 200
    retry_scale: Annotated[float, Field(ge=0)] = 1.0
    qr_scale: Annotated[float, Field(ge=0)] = 1.0


class Act(Strict):
    """What a follower does. `scene` and `ticket` belong to scan, `template_id` to accept, reject and withdraw."""

    act: Literal[
        "follow",
        "unfollow",
        "scan",
        "click",
        "view",
        "write",
        "accept",
        "reject",
        "withdraw",
        "locate",
        "enter",
        "block",
        "tap",
    ]
    content: Annotated[str, Field(max_length=2000)] = ""
    key: Annotated[str, Field(max_length=128)] = ""
    url: Annotated[str, Field(max_length=2048)] = ""
    scene: Annotated[str, Field(max_length=64)] = ""
    ticket: Annotated[str, Field(max_length=200)] = ""
    template_id: Annotated[str, Field(max_length=100)] = ""
    message: Annotated[str, Field(max_length=32)] = ""
    latitude: Annotated[float, Field(ge=-90, le=90)] = 31.23
    longitude: Annotated[float, Field(ge=-180, le=180)] = 121.47
