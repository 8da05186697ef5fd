"""Call somebody else's server and go on by what came of it."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cached_property
from typing import Annotated, Any, Final, NamedTuple
from urllib.parse import urlsplit

from pydantic import Field, JsonValue

from channels_app.policy.addresses import is_private_host
from journeys.engine.decision import (
    STAY,
    Decision,
    Draft,
    EventArrived,
    Facts,
    Go,
    MessageChanged,
    Need,
    Rendered,
    RenderNeed,
    Stimulus,
    Wait,
    WebhookCall,
)
from journeys.engine.enrollment import Enrollment
from journeys.engine.issues import Issue, References, error
from journeys.engine.nodes.base import NodeConfig, NodeContext, NodeType
from journeys.engine.nodes.wait import DurationText
from profiles.rules.durations import parse

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
LONGEST: Final = timedelta(minutes=1)
MOST_URL: Final = 8000  # characters, rendered; more than common servers take
# A field name of RFC 9110; and the names that the call itself sets.
HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
RESERVED: Final = frozenset(
    {
        *("host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "expect"),
        *("accept-encoding", "webhook-id", "webhook-timestamp", "webhook-signature"),
    }
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_NOT_IN_URL: Final = re.compile(r"[\x00-\x20\x7f]")
# What is known of a URL's host before its Liquid is rendered.
_AUTHORITY: Final = re.compile(r"https?://([^/?#]+)[/?#]", re.IGNORECASE)


class Address(NamedTuple):
    """Where a rendered URL leads, or (`fault` not empty) why it leads nowhere."""

    host: str
    fault: str = ""


class WebhookConfig(NodeConfig):
    method: str = "POST"
    url: Annotated[str, Field(min_length=1, max_length=2000)]
    headers: dict[str, Annotated[str, Field(max_length=2000)]] = Field(default_factory=dict, max_length=50)
    body: str | dict[str, JsonValue] | list[JsonValue] | None = None
    timeout: DurationText = "PT10S"
    save_as: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")] | None = None

    @cached_property
    def sources(self) -> tuple[tuple[str, str], ...]:
        """Every text that may hold Liquid, by name."""
        body = enumerate(_texts(self.body))
        return (
            ("url", self.url),
            *((f"headers.{name}", value) for name, value in self.headers.items()),
            *((f"body.{place}", text) for place, text in body),
        )

    @cached_property
    def fixed_host(self) -> str | None:
        """The host, where it is the same for everybody."""
        literal = re.split(r"\{\{|\{%", self.url, maxsplit=1)[0]
        if literal == self.url:
            return _address(self.url).host or None
        known = _AUTHORITY.match(literal)
        return _address(known.group(0)).host or None if known else None


class WebhookNode(NodeType[WebhookConfig]):
    type = "webhook"
    Config = WebhookConfig

    def outcomes(self, config: WebhookConfig) -> tuple[str, ...]:
        return ("success", "failure")

    def liquid(self, config: WebhookConfig) -> Iterable[tuple[str, str]]:
        return config.sources

    def needs(self, config: WebhookConfig, stimulus: Stimulus) -> Need:
        # A timer fires here only when an operator tries again a step whose answer could not be taken in.
        return None if isinstance(stimulus, EventArrived | MessageChanged) else RenderNeed(config.sources)

    def decide(
        self, node: NodeContext, config: WebhookConfig, enrollment: Enrollment, facts: Facts, now: datetime
    ) -> Decision:
        match facts.stimulus:
            case EventArrived():
                return STAY
            case MessageChanged() as news:
                return self._hear(enrollment, news)
        assert facts.rendered is not None
        return self._call(config, facts.rendered)

    def _call(self, config: WebhookConfig, rendered: Rendered) -> Decision:
        address = _address(rendered.texts["url"])
        headers = {name: rendered.texts[f"headers.{name}"].strip() for name in config.headers}
        fault = address.fault or ("header_invalid" if any(map(_CONTROL.search, headers.values())) else "")
        # A host that is rendered for each person may identify them.
        host = config.fixed_host or "***"
        data: dict[str, Any] = {"call": rendered.id, "method": config.method, "host": host}
        if fault:
            return Decision(Go("failure"), (Draft("webhook_called", {**data, "error": fault}),))
        request = {
            "method": config.method,
            "url": rendered.texts["url"],
            "host": address.host,
            "headers": headers,
            "body": _body(config.body, rendered),
            "json": not isinstance(config.body, str),
            "timeout": parse(config.timeout).fixed.total_seconds(),
            "save_as": config.save_as or "",
        }
        return Decision(
            Wait(None, {"call": rendered.id}), (Draft("webhook_called", data),), WebhookCall(rendered.id, request)
        )

    @staticmethod
    def _hear(enrollment: Enrollment, news: MessageChanged) -> Decision:
        if (enrollment.wait or {}).get("call") != news.message or news.state not in {"success", "failure"}:
            return STAY
        data = {"reason": news.state, "call": news.message, **({"error": news.reason} if news.reason else {})}
        return Decision(Go(news.state, news.at), (Draft("wait_ended", data),))

    def check(self, node_id: str, config: WebhookConfig, references: References) -> Iterable[Issue]:
        if config.method not in METHODS:
            methods = ", ".join(METHODS)
            yield error(
                "webhook_method",
                f"请求方法 {config.method} 无效，只能是 {methods}。",
                f"There is no method {config.method!r}; it is one of {methods}.",
                node_id,
            )
        yield from _check_url(node_id, config, references)
        yield from _check_headers(node_id, config)
        timeout = parse(config.timeout)
        if not timedelta() < timeout.fixed <= LONGEST:
            yield error(
                "webhook_timeout",
                "Webhook 超时时间必须大于 0 且不超过 1 分钟。",
                "A webhook's time-out is more than nothing and at most one minute.",
                node_id,
            )


def _address(url: str) -> Address:
    if _NOT_IN_URL.search(url) or len(url) > MOST_URL:
        return Address("", "url_invalid")
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return Address("", "url_invalid")
    if parts.scheme not in {"http", "https"} or not host or len(host) > 253:
        return Address("", "url_invalid")
    return Address(host)


def _texts(value: JsonValue) -> Iterator[str]:
    """The texts of a body, in the order in which `_filled` puts them back. Keys are no Liquid."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _body(body: JsonValue, rendered: Rendered) -> str | None:
    if body is None:
        return None
    texts = (rendered.texts[f"body.{place}"] for place, _ in enumerate(_texts(body)))
    filled = _filled(body, texts)
    return filled if isinstance(filled, str) else json.dumps(filled, ensure_ascii=False, separators=(",", ":"))


def _filled(value: JsonValue, texts: Iterator[str]) -> JsonValue:
    if isinstance(value, str):
        return next(texts)
    if isinstance(value, dict):
        return {key: _filled(item, texts) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, texts) for item in value]
    return value


def _check_url(node_id: str, config: WebhookConfig, references: References) -> Iterable[Issue]:
    literal = re.split(r"\{\{|\{%", config.url, maxsplit=1)[0]
    whole = literal == config.url
    unclear = bool(_address(config.url).fault) if whole else not _may_begin(literal)
    if unclear:
        yield error(
            "webhook_url",
            "Webhook 地址必须是完整的 http:// 或 https:// 地址。",
            "The webhook's URL must be a whole http:// or https:// address.",
            node_id,
        )
        return
    host = config.fixed_host
    allowed = references.private_hosts
    if host and allowed is not None and host.lower() not in allowed and is_private_host(host):
        yield error(
            "webhook_private_address",
            f"Webhook 地址 {host} 是内网地址，未被管理员允许。",
            f"The webhook's address {host} is private, and the administrator has not allowed it.",
            node_id,
        )


def _may_begin(literal: str) -> bool:
    """Whether a URL whose Liquid comes after `literal` can still become one of http or https."""
    lowered = literal.lower()
    return any(lowered.startswith(scheme) or scheme.startswith(lowered) for scheme in ("http://", "https://"))


def _check_headers(node_id: str, config: WebhookConfig) -> Iterable[Issue]:
    for name, value in config.headers.items():
        if HEADER_NAME.fullmatch(name) is None or _CONTROL.search(value):
            yield error("webhook_header", f"请求头 {name} 无效。", f"The header {name!r} is not valid.", node_id)
        elif name.lower() in RESERVED:
            yield error(
                "webhook_header_reserved",
                f"请求头 {name} 由系统设置，不能填写。",
                f"The header {name} is set by the call itself.",
                node_id,
            )
