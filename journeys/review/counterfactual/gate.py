"""Whether a recorded entry would have been let in by the edited graph. Nobody is let in who did not come."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from journeys.engine.correlation import key_of
from journeys.engine.enrollment import Enrollment
from journeys.engine.entrance import closed
from journeys.engine.nodes.trigger import TriggerConfig
from journeys.engine.plan import Plan
from journeys.review.counterfactual.facts import KNOWN_EVENTS
from journeys.review.counterfactual.recorded import RecordedRun
from journeys.runtime.facts import named
from journeys.runtime.replay_facts import NotRecorded
from journeys.store.postgres import query
from profiles.rule_sql import condition
from profiles.rules.durations import parse
from profiles.rules.filters import all_hold


class Gate:
    """Judges what differs from the version that let the run in; the rest was judged then."""

    def __init__(self, plan: Plan, plan_of: Callable[[str], Plan]) -> None:
        self._plan = plan
        self._plan_of = plan_of
        trigger = plan.nodes[plan.trigger].config
        assert isinstance(trigger, TriggerConfig)
        self._trigger = trigger
        reentry = plan.settings.entry.reentry
        self._mode = reentry.mode
        self._interval = parse(reentry.interval).fixed if reentry.interval else timedelta()

    def refusal(self, run: RecordedRun) -> str:
        """Why the edited graph would not have let the run begin; empty: it would."""
        plan, at = self._plan, run.enrolled_at
        try:
            before = self._plan_of(run.blank.version)
        except NotRecorded:
            before = None
        shut = closed(plan.settings, at)
        if shut:
            return shut
        properties = run.blank.properties
        if plan.key and key_of(properties, plan.key) is None:
            return "no_key"
        old = before.nodes[before.trigger].config if before else None
        if self._is_same_event(old) and not all_hold(self._trigger.where, properties, at):
            return "trigger_filter"
        rule = plan.settings.entry.rule
        if rule is not None and (before is None or before.settings.entry.rule != rule):
            return "" if self._meets(run, at) else "entry_rule"
        return ""

    def may_come_again(self, run: RecordedRun, earlier: Enrollment, now: datetime) -> bool:
        """Whether re-entry lets the run begin after another of the same person, as that one stands now."""
        if self._plan.key and key_of(run.blank.properties, self._plan.key) != key_of(
            earlier.properties, self._plan.key
        ):
            return True
        if self._mode == "never":
            return False
        if self._mode == "always":
            return earlier.enrolled_at + self._interval <= now
        return earlier.ended_at is not None and earlier.ended_at + self._interval <= now

    def _is_same_event(self, old: object) -> bool:
        return (
            isinstance(old, TriggerConfig)
            and self._trigger.kind == old.kind == "event"
            and self._trigger.event == old.event
            and self._trigger.where != old.where
        )

    def _meets(self, run: RecordedRun, at: datetime) -> bool:
        rule = self._plan.settings.entry.rule
        assert rule is not None
        compiled = condition(rule, at, as_of=True)
        values: dict[str, Any] = {"known_at": at, "profile": run.blank.profile}
        text = named(compiled.text, compiled.params, values)
        statement = (
            f"with {KNOWN_EVENTS} select 1 from profiles_profile p"
            f" cross join (select 'infinity'::timestamptz as since) m where p.id = %(profile)s::uuid and {text}"
        )
        return bool(query(statement, values))


def trigger_differs(plan: Plan, before: Mapping[str, Plan]) -> bool:
    """Whether people would have come in another way than they did."""
    trigger = plan.nodes[plan.trigger].config
    assert isinstance(trigger, TriggerConfig)
    ways = {
        (old.kind, old.event, old.segment)
        for one in before.values()
        if isinstance(old := one.nodes[one.trigger].config, TriggerConfig)
    }
    return any(way != (trigger.kind, trigger.event, trigger.segment) for way in ways)
