"""Cost and worth by currency, against sums of the rows made by hand."""

from decimal import Decimal
from typing import Any

import pytest

from channels_app.models import Template
from journeys.models import Journey, StaffTask
from journeys.review.paths.filters import Filters
from journeys.review.worth.cost import cost_review
from journeys.review.worth.costs import change_costs
from journeys.review.worth.message_tallies import refresh_messages
from tests.fixtures import graphs
from tests.fixtures.world import DAY, HOUR, T0, World
from tests.integration.journeys.review.worth_rows import began_at, credit, message, run_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def journey(world: World) -> Journey:
    world.sms()
    return began_at(world.journey(graphs.graph({"hi": graphs.send()}, ["start -> hi"], goals=[graphs.GOAL])))


def row(found: dict[str, Any], currency: str) -> dict[str, Any]:
    return next(one for one in found["currencies"] if one["currency"] == currency)


def codes(found: dict[str, Any]) -> set[str]:
    return {one["code"] for one in found["notes"]}


def test_roi_is_of_messages_coupons_and_staff(world: World, journey: Journey) -> None:
    template = Template.objects.get(workspace=world.workspace)
    people = world.people(4)
    runs = [run_of(world, journey, who, T0) for who in people]
    for run in runs:
        message(template, journey, run, T0 + HOUR, "delivered", cost=Decimal("0.05"))
    message(template, journey, runs[0], T0 + 2 * HOUR, "delivered")
    bought = world.happen(people[0], "order_paid", T0 + DAY, amount=300, coupon="NEW10")
    assert bought.accepted == 1
    event = _last_event(people[0])
    credit(journey, runs[0], T0 + DAY, "300", event_id=event, refunded="50")
    credit(journey, runs[1], T0 + DAY, "100")
    credit(journey, runs[2], T0 + DAY, "70", counted=False)
    credit(journey, runs[3], T0 + DAY, "20", currency="USD")
    _task(world, journey, runs[0])
    change_costs(
        world.workspace.pk,
        {
            "staff_hour": "60",
            "task_minutes": "15",
            "coupons": [{"code": "NEW10", "cost": "10"}, {"goal": "bought", "cost": "1"}],
        },
    )
    refresh_messages(journey.pk, T0 + 2 * DAY)

    found = cost_review(journey, Filters())

    yuan = row(found, "CNY")
    # 4 messages, one coupon and three conversions of the goal, a quarter of an hour.
    assert (yuan["messages"], yuan["coupons"], yuan["staff"]) == (Decimal("0.20"), Decimal(13), Decimal(15))
    assert yuan["cost"] == Decimal("28.20")
    assert yuan["value"] == Decimal(350)
    assert yuan["roi"] == pytest.approx((350 - 28.2) / 28.2)
    assert yuan["cost_per_conversion"] == Decimal("9.4")
    assert (row(found, "USD")["value"], row(found, "USD")["roi"]) == (Decimal(20), None)
    assert found["people"] == 3
    assert codes(found) == {"messages_without_price", "several_currencies"}


def test_the_held_out_neither_cost_nor_earn(world: World, journey: Journey) -> None:
    who, other = world.people(2)
    credit(journey, run_of(world, journey, who, T0, "held_out"), T0 + DAY, "300")
    credit(journey, run_of(world, journey, other, T0), T0 + DAY, None)
    found = cost_review(journey, Filters())
    assert (row(found, "CNY")["value"], found["people"]) == (Decimal(0), 1)
    assert codes(found) == {"conversions_without_value"}


def test_runs_of_other_days_are_no_part_of_it(world: World, journey: Journey) -> None:
    first, second = world.people(2)
    credit(journey, run_of(world, journey, first, T0), T0 + 3 * DAY, "1")
    credit(journey, run_of(world, journey, second, T0 + DAY), T0 + 3 * DAY, "2")
    found = cost_review(journey, Filters(since=T0.date(), until=T0.date()))
    assert row(found, "CNY")["value"] == Decimal(1)


def _last_event(person: Any) -> Any:
    from profiles.models import Event

    return Event.objects.filter(profile_id=person).latest("occurred_at").pk


def _task(world: World, journey: Journey, run: Any) -> None:
    StaffTask.objects.create(
        workspace=world.workspace,
        journey_id=journey.pk,
        enrollment_id=run.pk,
        node="call",
        profile_id=run.profile_id,
        content="回访",
        state="done",
        created_at=T0,
        due_at=T0 + DAY,
    )
