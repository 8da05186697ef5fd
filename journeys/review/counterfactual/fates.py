"""What becomes of what simulated runs ask for: as it is recorded of the same person at the same node, else by shares."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from journeys.engine.decision import Entry as IntoAnother
from journeys.engine.decision import MessageChanged, SendFacts, TaskRequest, WebhookCall
from journeys.engine.nodes.send import SendConfig
from journeys.forecast.agenda import Agenda
from journeys.forecast.assumptions import Receipts
from journeys.forecast.items import Comes
from journeys.review.counterfactual.following import Fork
from journeys.review.counterfactual.items import Goes, Item
from journeys.review.counterfactual.path import End
from journeys.review.counterfactual.prices import Price, Prices
from journeys.review.counterfactual.recorded import ASKS, Fate, News, RecordedRun
from journeys.review.counterfactual.tally import Tally
from journeys.runtime.addressing import Route
from journeys.runtime.member import Member, Request

BY_RECORD, BY_SHARES = "recorded", "shares"
EXITED = "exited"
# A message that had not left when the record ends would not have, if it was asked for at about that time.
SLACK = timedelta(minutes=1)
_AT_ONCE = News(timedelta(), "success")


class _Left(NamedTuple):
    """What is recorded of a run behind the point where it left its record: by node, in order."""

    fates: dict[str, list[Fate | None]]
    answers: dict[str, list[News | None]]


class RecordedFates:
    """`ends` say, by run and message, how messages ended; `cut_short` are runs whose held messages do not leave."""

    def __init__(self, salt: str, shares: Receipts, prices: Prices, agenda: Agenda[Item], end: datetime, tally: Tally):
        self._salt = salt
        self._shares = shares
        self._prices = prices
        self._agenda = agenda
        self._end = end
        self._tally = tally
        self._left: dict[str, _Left] = {}
        self.ends: dict[str, dict[str, End]] = {}
        self.cut_short: set[str] = set()

    def begin(self, member: Member, run: RecordedRun, fork: Fork) -> None:
        """Know what is recorded of a run that is simulated from `fork` on."""
        asked = {event.data["message"] for event in fork.decided if event.kind == "message_requested"}
        fates: dict[str, list[Fate | None]] = defaultdict(list)
        for _, _, event in run.stream[fork.kept :]:
            if event.kind == "message_requested" and event.data["message"] not in asked:
                fates[event.node].append(run.fates.get(event.data["message"]))
        answers = {node: list(found) for node, found in run.answers.items()}
        for _, _, event in run.stream[: fork.kept]:
            if event.kind in ASKS and answers.get(event.node):
                answers[event.node].pop(0)
        self._left[run.id] = _Left(fates, answers)
        self.ends[run.id] = ends_of(run)
        for news in _outstanding(run, fork):
            self._agenda.add(news.at, Comes(member, news))

    def note(self, member: Member, request: Request, now: datetime) -> None:
        effect = request.effect
        match effect:
            case WebhookCall():
                self._tell(member, effect.id, self._answers(member, request.node, [_AT_ONCE]), now)
            case TaskRequest():
                answers = self._answers(member, request.node, [])
                self._tell(member, effect.id, [one for one in answers if now + one.after <= effect.due_at], now)
            case IntoAnother():
                self._tally.handed[request.node, effect.journey] += 1
            case SendFacts() if effect.verdict != "blocked":
                self._send(member, request.node, effect, now)

    def leave(self, item: Goes) -> None:
        """A message that was held goes out, unless its run was cut short meanwhile."""
        run = item.member.enrollment.id
        self.ends[run][item.message] = End("blocked", "exited") if run in self.cut_short else item.end

    def _send(self, member: Member, node: str, send: SendFacts, now: datetime) -> None:
        config = member.plan.nodes[node].config
        assert isinstance(config, SendConfig)
        at, route, run = send.not_before or now, send.payload["route"], member.enrollment.id
        recorded = self._left[run].fates.get(node)
        fate = recorded.pop(0) if recorded else None
        if fate is None or fate.channel != config.channel:
            leaves, news, end = at, *self._by_shares(member, node, config, route, at)
        elif fate.reason == EXITED:
            # It was cut short; whether it is again shows when it was.
            leaves, news, end = at + _delay(fate), *self._by_shares(member, node, config, route, at + _delay(fate))
        elif fate.state == "queued" and at <= fate.sent_at - SLACK:
            leaves, news, end = at, *self._by_shares(member, node, config, route, at)
        else:
            leaves, news, end = at, *self._by_record(config, fate, route)
        if leaves > now or (fate is not None and fate.reason == EXITED):
            self.ends[run][send.message] = End("held" if at > now else "queued")
            self._agenda.add(leaves, Goes(member, send.message, end))
        else:
            self.ends[run][send.message] = end
        if config.awaited is not None or "blocked" in member.plan.nodes[node].edges:
            self._tell(member, send.message, news, leaves)

    def _by_record(self, config: SendConfig, fate: Fate, route: Route) -> tuple[Sequence[News], End]:
        self._tally.fates[BY_RECORD, config.channel] += 1
        price = self._prices.of(route) if fate.cost is None else Price(fate.cost, fate.currency)
        return fate.news, End(fate.state, fate.reason, price.amount, price.currency)

    def _by_shares(
        self, member: Member, node: str, config: SendConfig, route: Route, at: datetime
    ) -> tuple[Sequence[News], End]:
        self._tally.fates[BY_SHARES, config.channel] += 1
        drawn = self._shares.drawn(config.channel, self._salt, f"{member.enrollment.id}/{node}")
        state = next((one.outcome for one in reversed(drawn) if at + one.after <= self._end), "accepted")
        price = self._prices.of(route)
        return [News(one.after, one.outcome) for one in drawn], End(state, "", price.amount, price.currency)

    def _answers(self, member: Member, node: str, otherwise: Sequence[News]) -> Sequence[News]:
        """What is recorded of the next call or task of a node: perhaps that nothing was heard of it."""
        recorded = self._left[member.enrollment.id].answers.get(node)
        if not recorded:
            return otherwise
        answer = recorded.pop(0)
        return [] if answer is None else [answer]

    def _tell(self, member: Member, ref: str, news: Sequence[News], at: datetime) -> None:
        for one in news:
            changed = MessageChanged(ref, one.state, at + one.after, one.reason, one.result)
            self._agenda.add(changed.at, Comes(member, changed))


def _delay(fate: Fate) -> timedelta:
    return fate.news[-1].after if fate.news else timedelta()


def _outstanding(run: RecordedRun, fork: Fork) -> Iterator[MessageChanged]:
    """What is heard behind the point of parting of what was asked for before it, by a run that waits for it there."""
    wait = fork.state.wait or {}
    fate = run.fates.get(wait.get("message", ""))
    if fate is not None:
        for one in fate.news:
            if (at := fate.sent_at + one.after) > fork.at:
                yield MessageChanged(fate.id, one.state, at, one.reason, one.result)
    for _, _, event in run.stream[fork.kept :]:
        data = event.data
        if event.kind == "wait_ended" and "call" in data and data["call"] == wait.get("call"):
            yield MessageChanged(data["call"], data["reason"], event.at, data.get("error", ""))
        elif event.kind == "task_closed" and data["task"] == wait.get("task") and data["state"] != "overdue":
            yield MessageChanged(data["task"], data["state"], event.at)


def ends_of(run: RecordedRun) -> dict[str, End]:
    """How the messages of a run ended, by their ids, as it is recorded."""
    return {key: End(fate.state, fate.reason, fate.cost, fate.currency) for key, fate in run.fates.items()}
