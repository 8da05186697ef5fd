"""What came of a journey: its conversions by the present definition, with what it goes by and what was odd."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from journeys.models import Journey, ReviewProgress
from journeys.review.credits import reading
from journeys.review.credits.definition import Definition, definition_of
from journeys.review.credits.notes import notes
from journeys.review.credits.reading import EVERY, GoalSum, Which


def conversions(journey: Journey, which: Which = EVERY) -> dict[str, Any]:
    """People, conversions and sums by goal, and by the day (workspace's zone) of the conversion. Held-out people are
    no part of it. Money is a decimal text with its currency.
    """
    definition = definition_of(journey)
    sums = reading.goal_sums(journey, which)
    counts = reading.people(journey, which)
    days: dict[date, list[GoalSum]] = defaultdict(list)
    for day, one in reading.daily_sums(journey, which):
        days[day].append(one)
    by_goal: dict[str, list[GoalSum]] = defaultdict(list)
    for one in sums:
        by_goal[one.goal].append(one)
    head = heading(journey, definition)
    primary = definition.primary
    currencies = len({one.currency for one in sums if one.value})
    return {
        **head,
        "notes": notes(journey, definition, currencies, stale=head["stale"], which=which),
        "goals": [
            {
                "id": goal.id,
                "name": goal.name,
                "primary": primary is not None and goal.id == primary.id,
                "people": counts.get(goal.id, (0, 0))[0],
                "conversions": counts.get(goal.id, (0, 0))[1],
                "value": [_sum(one) for one in by_goal[goal.id]],
            }
            for goal in definition.goals
        ],
        "days": [
            {"day": day, "goal": one.goal, "people": one.people, "conversions": one.conversions, "value": _sum(one)}
            for day, of_day in sorted(days.items())
            for one in of_day
        ],
    }


def heading(journey: Journey, definition: Definition) -> dict[str, Any]:
    """What every answer says of its figures: as of when, whether they lag behind, and the definition they go by."""
    progress = ReviewProgress.objects.filter(pk=journey.pk).first()
    kept: Mapping[str, Any] = progress.definition.get("credits", {}) if progress else {}
    return {
        "as_of": kept.get("read_to"),
        "stale": kept.get("digest") != definition.digest,
        "definition": definition.as_data(),
    }


def _sum(one: GoalSum) -> dict[str, Any]:
    return {
        "currency": one.currency,
        "conversions": one.conversions,
        "value": money(one.value),
        "refunded": money(one.refunded),
        "net": money(one.value - one.refunded),
    }


def money(value: Decimal) -> str:
    """A decimal text with at least two decimals: 9.90, 0.1250."""
    text = format(value.quantize(Decimal("0.0001")), "f")
    return text.removesuffix("00")
