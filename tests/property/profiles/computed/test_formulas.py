"""The statement of a formula and a slow reading of it agree, for any events; and so they do when nothing but time passes."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from profiles.computed.definitions import parse_formula
from profiles.computed.formulas import FormulaCalculation
from profiles.models import ComputedDue, Event, Profile
from tests.property.profiles.computed.slow import Happened, value_of
from workspaces.models import Workspace
from workspaces.models.base import new_id

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
ZONES = ["Asia/Shanghai", "America/New_York", "no/where", "+08", ""]

amounts = st.one_of(
    st.decimals(-1000, 1000, places=2).map(float),
    st.integers(-5, 5),
    st.sampled_from(["12.30", "0.1", "abc", "", None, True, [1, 2], {"a": 1}]),
)
names = st.sampled_from(["茶", "咖啡", "1", "", None, ["茶", "水"], 1, 2.5])
properties = st.fixed_dictionaries({}, optional={"amount": amounts, "item": st.fixed_dictionaries({"name": names})})
instants = st.one_of(
    st.sampled_from([NOW, NOW - timedelta(days=30), NOW - timedelta(days=1), NOW + timedelta(days=1)]),
    st.datetimes(datetime(2025, 12, 1), datetime(2026, 3, 20)).map(lambda at: at.replace(tzinfo=UTC)),
)
events = st.lists(
    st.builds(Happened, st.sampled_from(["order_paid", "order_void", "visit"]), instants, properties), max_size=8
)

selections = st.fixed_dictionaries(
    {"event": st.sampled_from(["order_paid", "order_*"])},
    optional={
        "where": st.sampled_from(
            [[{"key": "amount", "cmp": "gt", "value": 0}], [{"key": "item.name", "cmp": "ne", "value": "茶"}]]
        )
    },
)
windows = st.sampled_from(
    [{}, {"within": "P30D"}, {"within": "PT36H"}, {"between": ["2026-01-01T00:00:00Z", "2026-03-10T00:00:00Z"]}]
)
kinds = st.sampled_from(
    [
        {"kind": "count"},
        {"kind": "days_since"},
        {"kind": "active_hour"},
        {"kind": "purchase_cycle"},
        {"kind": "first"},
        {"kind": "last"},
        *({"kind": kind, "property": "amount"} for kind in ("first", "last", "sum", "avg", "min", "max", "distinct")),
        *({"kind": kind, "property": "item.name"} for kind in ("last", "distinct", "favourite")),
    ]
)
formulas = st.builds(
    lambda *parts: parse_formula({k: v for p in parts for k, v in p.items()}), kinds, selections, windows
)


def stored(workspace: Workspace, happened: list[Happened], zone: str) -> Profile:
    profile = Profile.objects.create(workspace=workspace, attributes={"timezone": zone})
    Event.objects.bulk_create(
        Event(
            workspace=workspace,
            event_id=str(new_id()),
            profile=profile,
            name=event.name,
            occurred_at=event.at,
            received_at=NOW,
            properties=event.properties,
        )
        for event in happened
    )
    return profile


def same(found: Any, expected: Any) -> bool:
    if isinstance(expected, datetime):
        return bool(datetime.fromisoformat(found) == expected) if found else False
    if isinstance(expected, Decimal):
        return found is not None and Decimal(str(found)) == expected
    return bool(found == expected and isinstance(found, bool) == isinstance(expected, bool))


def place_of(zone: str) -> str:
    return zone if zone in ZONES[:2] else "Asia/Shanghai"


@pytest.mark.django_db
@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(formula=formulas, happened=events, zone=st.sampled_from(ZONES))
def test_the_statement_says_what_a_slow_reading_says(
    formula: Any, happened: list[Happened], zone: str, workspace: Workspace
) -> None:
    with transaction.atomic():
        person = stored(workspace, happened, zone)
        check(formula, happened, zone, workspace, person)


def check(formula: Any, happened: list[Happened], zone: str, workspace: Workspace, person: Profile) -> None:
    calculation = FormulaCalculation(workspace, new_id(), "x", formula, NOW)
    expected = value_of(formula, happened, NOW, place_of(zone))
    found = calculation.values([person.pk]).get(person.pk)
    assert same(found, expected), (found, expected)
    different = calculation.differences([person.pk])
    assert different == ({} if expected is None else {person.pk: {"x": found}})
    Profile.objects.filter(pk=person.pk).update(attributes={"timezone": zone, "computed": {"x": found}})
    if expected is not None:
        assert calculation.differences([person.pk]) == {}


@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(formula=formulas, happened=events, passed=st.floats(0, 40))
def test_a_value_changes_by_time_alone_only_when_it_is_due(
    formula: Any, happened: list[Happened], passed: float, workspace: Workspace
) -> None:
    with transaction.atomic():
        person, id_ = stored(workspace, happened, ""), new_id()
        check_due(formula, happened, passed, workspace, person, id_)


def check_due(
    formula: Any, happened: list[Happened], passed: float, workspace: Workspace, person: Profile, id_: UUID
) -> None:
    FormulaCalculation(workspace, id_, "x", formula, NOW).differences([person.pk])
    due = ComputedDue.objects.filter(computed_id=id_, profile_id=person.pk).values_list("due_at", flat=True).first()
    later = NOW + timedelta(days=passed)
    if due is None or later < due:
        zone = "Asia/Shanghai"
        assert value_of(formula, happened, later, zone) == value_of(formula, happened, NOW, zone)
    else:
        assert due > NOW


@pytest.fixture
def workspace(db: None) -> Workspace:
    return Workspace.objects.create(slug="shop", name="Shop")
