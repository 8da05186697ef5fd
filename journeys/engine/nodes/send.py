"""Send a message, and, where the node awaits its fate, branch on it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import ConfigDict, Field

from journeys.engine import schedule
from journeys.engine.decision import (
    STAY,
    Decision,
    Draft,
    Entered,
    EventArrived,
    Facts,
    Go,
    MessageChanged,
    Need,
    SendFacts,
    SendNeed,
    Stimulus,
    TimerFired,
    Wait,
)
from journeys.engine.enrollment import Enrollment
from journeys.engine.graph import Strict
from journeys.engine.issues import Issue, References, error, warning
from journeys.engine.nodes.base import NodeConfig, NodeContext, NodeType
from journeys.engine.nodes.wait import DurationText
from profiles.rules.durations import parse

# A later state satisfies an earlier one: read implies delivered.
PROGRESS: Final = ("accepted", "delivered", "read", "clicked", "replied")
LOST: Final = frozenset({"failed", "expired", "unknown"})
Reached = Literal["answered", "intent_A", "intent_B", "intent_C", "intent_D", "intent_E", "intent_F"]
# Every other result of a call is a kind of not having been reached.
NotReached = Literal[
    "no_answer", "busy", "rejected", "powered_off", "unreachable", "invalid", "suspended", "restricted"
]
REACHED: Final[tuple[str, ...]] = get_args(Reached)
NOT_REACHED: Final[tuple[str, ...]] = get_args(NotReached)
CALL_RESULTS: Final = (*REACHED, *NOT_REACHED)
CALL: Final = "call"


class Await(Strict):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)

    state: Literal["accepted", "delivered", "read", "clicked", "replied", "result"] = Field(alias="for")
    timeout: DurationText | None = None
    # Of a call: the results that may have edges of their own; None: all of them.
    results: Annotated[list[Reached | NotReached], Field(max_length=len(CALL_RESULTS))] | None = None


class InlineTemplate(Strict):
    text: str = Field(max_length=10_000)


class SendConfig(NodeConfig):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)

    channel: Annotated[str, Field(min_length=1, max_length=32)]
    account: Annotated[str, Field(max_length=64)] = ""
    template: Annotated[str, Field(max_length=64)] | InlineTemplate = ""
    params: dict[str, str | int | float | bool] = Field(default_factory=dict, max_length=50)
    purpose: Literal["marketing", "service"] | None = None
    on_blocked: Literal["continue", "hold"] = "continue"
    # Do not send after: how long the message is worth sending, from when it was requested.
    expire_after: DurationText | None = None
    awaited: Await | None = Field(default=None, alias="await")


class SendNode(NodeType[SendConfig]):
    type = "send"
    Config = SendConfig

    def outcomes(self, config: SendConfig) -> tuple[str, ...]:
        if config.awaited is None:
            return ("next", "blocked")
        results: Iterable[str] = ()
        if config.channel == CALL:
            wanted = config.awaited.results
            results = [each for each in CALL_RESULTS if wanted is None or each in wanted]
        return ("next", "success", "failure", "timeout", *results, "blocked")

    def liquid(self, config: SendConfig) -> Iterable[tuple[str, str]]:
        yield from ((name, source) for name, source in config.params.items() if isinstance(source, str))
        if isinstance(config.template, InlineTemplate):
            yield "template.text", config.template.text

    def needs(self, config: SendConfig, stimulus: Stimulus) -> Need:
        return SendNeed() if isinstance(stimulus, Entered) else None

    def decide(
        self, node: NodeContext, config: SendConfig, enrollment: Enrollment, facts: Facts, now: datetime
    ) -> Decision:
        match facts.stimulus:
            case EventArrived():
                return STAY
            case MessageChanged() as news:
                return self._hear(node, config, enrollment, news)
            case TimerFired(due=due):
                return Decision(Go(_first(node, "timeout", "next"), due), (Draft("wait_ended", {"reason": "timeout"}),))
        assert facts.send is not None
        return self._request(node, config, facts.send, facts, now)

    def _request(self, node: NodeContext, config: SendConfig, send: SendFacts, facts: Facts, now: datetime) -> Decision:
        data: dict[str, Any] = {"message": send.message, "channel": config.channel, "purpose": config.purpose}
        if isinstance(config.template, str):
            data |= {"account": config.account, "template": config.template}
        if send.judged:
            data["judged"] = send.judged
        why = {"reason": send.reason, "rule": send.rule, "figures": send.figures}
        if send.verdict == "blocked":
            blocked = Draft("message_blocked", {**data, "state": "blocked", **why})
            return Decision(Go(_when_blocked(node)), (blocked,), send)
        if send.verdict == "held" and send.not_before is not None:
            data |= {"held_until": send.not_before.isoformat(), **why}
        requested = Draft("message_requested", data)
        if config.awaited is None and "blocked" not in node.wired:
            return Decision(Go("next"), (requested,), send)
        return Decision(self._await(config, send, facts, now), (requested,), send)

    @staticmethod
    def _await(config: SendConfig, send: SendFacts, facts: Facts, now: datetime) -> Wait:
        until = None
        data: dict[str, Any] = {"message": send.message, "for": config.awaited.state if config.awaited else "accepted"}
        if config.awaited and config.awaited.timeout:
            zone = schedule.applied_zone(None, facts.zones)
            until = schedule.add(send.not_before or now, parse(config.awaited.timeout), zone.zone)
            data |= zone.as_data()
        return Wait(until, data)

    def _hear(self, node: NodeContext, config: SendConfig, enrollment: Enrollment, news: MessageChanged) -> Decision:
        own = enrollment.sends.get(node.id, {})
        if own.get("message") != news.message:
            return STAY
        data: dict[str, Any] = {"message": news.message, "state": news.state, "reason": news.reason}
        if news.result:
            data["result"] = news.result
        updated = Draft("message_updated", data)
        outcome = self._outcome(node, config, news)
        if outcome is None:
            return Decision(STAY.move, (updated,))
        return Decision(Go(outcome, news.at), (updated, Draft("wait_ended", {"reason": news.result or news.state})))

    @staticmethod
    def _outcome(node: NodeContext, config: SendConfig, news: MessageChanged) -> str | None:
        """The edge for a message's new state, or None while its fate is open."""
        state = news.state
        if state == "blocked":
            return _when_blocked(node)
        if config.awaited is None:
            return "next" if state in PROGRESS or state in LOST else None
        # A scripted receipt of a test run says the result in place of the state.
        result = news.result or (state if state in REACHED or state in NOT_REACHED else "")
        if config.channel == CALL and (result or state == "delivered"):
            if state == "delivered" or result in REACHED:
                return _first(node, result or "answered", "answered", "success", "next")
            return _first(node, result, "no_answer", "failure", "next")
        if state in LOST:
            return _first(node, state, "failure", "next")
        wanted = _wanted(config.awaited.state, config.channel)
        if state in PROGRESS and PROGRESS.index(state) >= PROGRESS.index(wanted):
            return _first(node, state, "success", "next")
        return None

    def check(self, node_id: str, config: SendConfig, references: References) -> Iterable[Issue]:
        if config.purpose is None:
            yield error(
                "send_without_purpose",
                "发送节点没有说明用途（营销或服务），无法判断授权。",
                "The send has no purpose (marketing or service), so consent cannot be judged.",
                node_id,
            )
        yield from _check_account(node_id, config, references)
        yield from _check_template(node_id, config, references)


def _wanted(awaited: str, channel: str) -> str:
    """The state that satisfies the node: a result is the end of a call, and elsewhere what the provider answers."""
    if awaited != "result":
        return awaited
    return "delivered" if channel == CALL else "accepted"


def _first(node: NodeContext, *outcomes: str) -> str:
    """The first of these outcomes that has an edge, else the last."""
    return next((outcome for outcome in outcomes if outcome in node.wired), outcomes[-1])


def _when_blocked(node: NodeContext) -> str:
    for outcome in ("blocked", "next", "failure"):
        if outcome in node.wired:
            return outcome
    return "next"


def _check_account(node_id: str, config: SendConfig, references: References) -> Iterable[Issue]:
    if references.accounts is None:
        return
    channels = references.accounts.get(config.account)
    if channels is None:
        yield error(
            "unknown_account", "没有选择可用的渠道账号。", f"There is no channel account {config.account!r}.", node_id
        )
    elif config.channel not in channels:
        yield error(
            "account_of_another_channel",
            f"渠道账号属于 {'、'.join(channels)}，而不是 {config.channel}。",
            f"The account is of {', '.join(channels)}, not of {config.channel}.",
            node_id,
        )


def _check_template(node_id: str, config: SendConfig, references: References) -> Iterable[Issue]:
    if references.templates is None or isinstance(config.template, InlineTemplate):
        return
    template = references.templates.get(config.template)
    if template is None:
        yield error("unknown_template", "没有选择可用的模板。", f"There is no template {config.template!r}.", node_id)
        return
    if not template.approved:
        yield warning(
            "template_not_approved",
            "模板尚未通过审核，消息会被拦截。",
            "The template is not approved: its messages will be blocked.",
            node_id,
        )
    if config.purpose == "marketing" and template.purpose != "marketing":
        yield error(
            "marketing_through_service_template",
            "营销消息不能使用服务类模板。",
            "A marketing message may not use a service template.",
            node_id,
        )
    missing = sorted(set(template.variables) - config.params.keys())
    if missing:
        names = ", ".join(missing)
        yield error(
            "template_params_missing", f"缺少模板变量：{names}。", f"Template variables are missing: {names}.", node_id
        )
