"""Which rule refused messages, and what it compared: from a sample of the people whom it lost."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from journeys.models import Journey
from journeys.review.paths.filters import Filters, runs_sql
from journeys.review.rows import rows

SAMPLE: Final = 200
# What differs from message to message, and is no setting of a rule.
_OF_THE_MOMENT: Final = frozenset({"frees_at", "last_interaction", "local_time", "opens", "day", "channel", "purpose"})
# A refusal in the tick is in the run's stream, one at the send on its message.
_REFUSED: Final = """
with run as materialized (
    select r.enrollment_id, r.profile_id, r.workspace_id from journeys_reviewrun r
    where r.journey_id = %s and r.path_id = any(%s) and {runs} limit %s
)
select v.data ->> 'rule', (v.data -> 'figures')::text from run
join journeys_enrollmentevent v on v.enrollment_id = run.enrollment_id
where v.kind = 'message_blocked' and v.data ->> 'reason' = %s
union all
select m.error_code, m.error_detail from run
join channels_app_message m on m.workspace_id = run.workspace_id and m.profile_id = run.profile_id
    and m.enrollment_id = run.enrollment_id
where m.state = 'blocked' and m.reason = %s and m.error_code <> ''
"""


@dataclass(frozen=True)
class RuleSeen:
    """A rule with its version, in how many refusals of the sample it was, and its most frequent figures."""

    rule: str
    times: int
    figures: dict[str, Any]


def rules_of(journey: Journey, filters: Filters, paths: Sequence[int], reason: str) -> list[RuleSeen]:
    """Return the rules behind a reason for runs on these paths, the most frequent first, from SAMPLE runs at most."""
    text, params = runs_sql(filters, journey.workspace_id)
    found = rows(_REFUSED.format(runs=text), [journey.pk, list(paths), *params, SAMPLE, reason, reason])
    figures: defaultdict[str, Counter[bytes]] = defaultdict(Counter)
    for rule, compared in found:
        if rule:
            figures[rule][_settings(compared)] += 1
    seen = [
        RuleSeen(rule, counted.total(), orjson.loads(counted.most_common(1)[0][0])) for rule, counted in figures.items()
    ]
    return sorted(seen, key=lambda one: (-one.times, one.rule))


def _settings(compared: str | None) -> bytes:
    try:
        data = orjson.loads(compared) if compared else {}
    except orjson.JSONDecodeError:
        data = {}
    kept = {key: value for key, value in data.items() if key not in _OF_THE_MOMENT} if isinstance(data, dict) else {}
    return orjson.dumps(kept, option=orjson.OPT_SORT_KEYS)
