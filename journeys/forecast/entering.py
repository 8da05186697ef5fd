"""Who comes into a forecast, and when: the audience, what keeps people out, and the limits of entry."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from journeys.engine.enrollment import Enrollment
from journeys.engine.entrance import closed
from journeys.engine.nodes.trigger import TriggerConfig
from journeys.engine.plan import Plan
from journeys.forecast.assumptions import Occurrence
from journeys.forecast.audience import Entrant, read_slice
from journeys.forecast.coming import Coming, Instants
from journeys.forecast.items import Entry
from journeys.forecast.limits import Limits, is_limited, let_in
from journeys.forecast.request import ForecastRequest
from journeys.forecast.tally import Tally
from profiles.rules.durations import parse
from profiles.rules.filters import all_hold
from workspaces.models import Workspace


def comes_again(plan: Plan, trigger: TriggerConfig) -> bool:
    """Whether the trigger may let the same person in more than once by itself."""
    return trigger.kind == "schedule" and bool(trigger.cron) and plan.settings.entry.reentry.mode != "never"


class Entering:
    """One part of the audience at the door. `event` is the assumed event that is the trigger's own."""

    def __init__(
        self,
        workspace: Workspace,
        plan: Plan,
        request: ForecastRequest,
        trigger: TriggerConfig,
        event: Occurrence | None,
    ) -> None:
        self._workspace = workspace
        self._plan = plan
        self._request = request
        self._trigger = trigger
        self._event = event
        self._coming = Coming(workspace, plan, request, trigger, event)
        reentry = plan.settings.entry.reentry
        self._mode = reentry.mode
        self._interval = parse(reentry.interval).fixed if reentry.interval else timedelta()

    @property
    def later_launches(self) -> Instants:
        """When people who were in may come in once more."""
        return self._coming.firings[1:] if comes_again(self._plan, self._trigger) else ()

    def entries(self, part: int, parts: int, tally: Tally) -> list[tuple[datetime, Entry]]:
        """Who of this part comes in. Limits ask for everybody in order: each part counts all and takes its own."""
        limited = is_limited(self._plan)
        whose = (0, 1) if limited else (part, parts)
        found = read_slice(self._workspace.id, self._plan, self._request, *whose)
        tally.total = found.total
        tries = list(self._tries(found.people, found.share, tally.refused))
        if not limited:
            return [(instants[0], entry) for instants, entry in tries]
        limits = Limits(self._workspace, self._plan, self._request.began)
        entries = list(let_in(tries, limits, tally.refused))[part::parts]
        if part:
            tally.refused.clear()
        return entries

    def may_come_again(self, run: Enrollment, now: datetime) -> bool:
        """Whether the settings let somebody in whose newest run is this."""
        if self._mode == "always":
            return run.enrolled_at + self._interval <= now
        return run.ended_at is not None and run.ended_at + self._interval <= now

    def _tries(
        self, people: Sequence[Entrant], share: float, refused: Counter[str]
    ) -> Iterator[tuple[Instants, Entry]]:
        """When each may come in; who may not is counted with the reason."""
        for person in people:
            instants = self._coming.of(person, share)
            if isinstance(instants, str):
                refused[instants] += 1
                continue
            refusal = self._refusal(person, instants)
            if refusal:
                refused[refusal] += 1
            elif instants[0] <= self._request.end:
                yield instants, Entry(person, self._event)

    def _refusal(self, person: Entrant, instants: Instants) -> str:
        if self._event is not None and not all_hold(self._trigger.where, self._event.properties, self._request.began):
            return "trigger_filter"
        shut = [closed(self._plan.settings, at) for at in instants]
        return person.refusal or (shut[0] if all(shut) else "") or ""
