"""The dashboard, "in one look": what is live, what goes wrong, what is about to run out, what converted this week.

Every number comes from the tables at the moment of the question; the number of statements does not depend on how much there is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from channels_app import dashboard as channels
from journeys.dashboard.converted import Converted, converted
from journeys.dashboard.live import Running, running
from journeys.dashboard.period import Period, period_of
from journeys.dashboard.troubles import approvals_waiting, failures, templates_in_use
from profiles import dashboard as profiles
from workspaces.expiring_keys import keys_running_out
from workspaces.localtime import zone_of
from workspaces.models import Workspace
from workspaces.notices import Notice

MOST_JOURNEYS = 20


@dataclass(frozen=True, slots=True)
class Totals:
    """`sent`, `failed` and `unknown` are messages of today, test sends apart."""

    live: int
    paused: int
    inside: int
    sent: int
    failed: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """`journeys` are the first MOST_JOURNEYS that run; `totals` are of all."""

    period: Period
    totals: Totals
    journeys: Sequence[Running]
    wrong: Sequence[Notice]
    running_out: Sequence[Notice]
    converted: Converted


def dashboard(workspace: Workspace, now: datetime) -> Dashboard:
    """Read everything as of now; the borders of day and week are those of the workspace's zone."""
    period = period_of(now, zone_of(workspace.timezone))
    sent = channels.sent_since(workspace.id, period.midnight)
    runs = running(workspace.id, sent)
    used = templates_in_use(workspace.id)
    return Dashboard(
        period,
        Totals(
            live=sum(one.state == "live" for one in runs),
            paused=sum(one.state == "paused" for one in runs),
            inside=sum(one.inside for one in runs),
            sent=sum(one.sent for one in sent.values()),
            failed=sum(one.failed for one in sent.values()),
            unknown=sum(one.unknown for one in sent.values()),
        ),
        runs[:MOST_JOURNEYS],
        wrong=[
            *failures(workspace.id, runs, now),
            *channels.failures(workspace.id, used),
            *profiles.failures(workspace.id, now),
        ],
        running_out=[
            *approvals_waiting(workspace.id),
            *channels.running_out(workspace.id, used, now),
            *keys_running_out(workspace.id, now),
        ],
        converted=converted(workspace.id, period, workspace.timezone),
    )
