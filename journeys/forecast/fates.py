"""What becomes of what runs ask for in a forecast: messages, calls, tasks, entries into other journeys."""

from datetime import datetime

from journeys.engine.decision import Entry as IntoAnother
from journeys.engine.decision import MessageChanged, SendFacts, TaskRequest, WebhookCall
from journeys.engine.nodes.send import SendConfig
from journeys.engine.plan import Plan
from journeys.forecast.agenda import Agenda
from journeys.forecast.assumptions import Receipts
from journeys.forecast.effects import TaskEnds
from journeys.forecast.items import Comes, Item, Leaves
from journeys.forecast.request import Assumptions
from journeys.forecast.tally import Tally
from journeys.runtime.member import Member, Request

WEBHOOK = "webhook"


class Fates:
    """Counts what is asked for, and plans what is heard of it. `cut_short` are the runs that have ended before their time."""

    def __init__(self, plan: Plan, assumptions: Assumptions, agenda: Agenda[Item], tally: Tally) -> None:
        self.plan = plan
        self.salt = plan.journey
        self.receipts = Receipts(assumptions.of_messages)
        self.tasks = TaskEnds(assumptions.tasks)
        self.agenda = agenda
        self.tally = tally
        self.cut_short: set[str] = set()

    def note(self, member: Member, request: Request, now: datetime) -> None:
        effect, node = request.effect, self.plan.nodes[request.node]
        match effect:
            case WebhookCall():
                self._answer_call(member, effect.id, now)
            case TaskRequest():
                self._close_task(member, request.node, effect, now)
            case IntoAnother():
                self.tally.handed[request.node, effect.journey] += 1
        if not isinstance(effect, SendFacts):
            return
        config = node.config
        assert isinstance(config, SendConfig)
        if effect.verdict == "blocked":
            self.tally.note_refused_message(config, effect.rule, effect.reason, now)
            return
        at, route = effect.not_before or now, effect.payload["route"]
        if effect.verdict == "held":
            self.tally.note_held(config, effect)
            self.agenda.add(at, Leaves(member, config, route))
        else:
            self.tally.note_sent(config, route, "allowed", at)
        # Only who waits for it hears what becomes of a message.
        if config.awaited is not None or "blocked" in node.edges:
            for receipt in self.receipts.drawn(config.channel, self.salt, f"{member.enrollment.id}/{request.node}"):
                news = MessageChanged(effect.message, receipt.outcome, at + receipt.after)
                self.agenda.add(news.at, Comes(member, news))

    def _answer_call(self, member: Member, call: str, now: datetime) -> None:
        """Other servers answer at once and as they should, unless the assumptions say otherwise."""
        first = self.receipts.drawn(WEBHOOK, self.salt, f"{member.enrollment.id}/{call}")[0]
        outcome = "failure" if first.outcome == "failed" else "success"
        self.agenda.add(now + first.after, Comes(member, MessageChanged(call, outcome, now + first.after)))

    def _close_task(self, member: Member, node: str, task: TaskRequest, now: datetime) -> None:
        """Staff close a task as is assumed, if it is not overdue by then."""
        end = self.tasks.drawn(node, self.salt, member.enrollment.id)
        if end is not None and now + end.after <= task.due_at:
            at = now + end.after
            self.agenda.add(at, Comes(member, MessageChanged(task.id, end.outcome, at)))

    def leave(self, item: Leaves, now: datetime) -> None:
        if item.member.enrollment.id in self.cut_short:
            self.tally.note_refused_message(item.config, "exited", "exited", now)
        else:
            self.tally.note_sent(item.config, item.route, "held", now)
