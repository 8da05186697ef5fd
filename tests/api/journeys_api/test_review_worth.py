"""What the API says of a journey's worth, its files, and the settings and reports around it."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from rest_framework.test import APIClient

from channels_app.models import Template
from journeys.models import Journey, ReviewReport
from journeys.review.losses.words import reason_words
from journeys.review.worth.refreshing import refresh_worth
from journeys.store.lane import Lane
from profiles.exports.jobs import advance_export
from profiles.models import Export
from tests.api.conftest import MakeKey, SignIn
from tests.fixtures import graphs
from tests.fixtures.world import DAY, HOUR, T0, World
from tests.integration.journeys.review.worth_rows import began_at, credit, message, path, run_of, walked
from workspaces.choices import Scope
from workspaces.models import AuditEntry, Workspace

PARTS = ("messages", "cost", "retention", "movement", "summary")


@pytest.fixture
def world(workspace: Workspace) -> World:
    world = World()
    world.workspace, world.lane = workspace, Lane(workspace.pk, 0)
    return world


@pytest.fixture
def journey(world: World) -> Journey:
    """One person bought after a message; a second was held out; a third got nothing because of a quota."""
    template = world.sms()
    journey = began_at(world.journey(graphs.graph({"hi": graphs.send()}, ["start -> hi"], goals=[graphs.GOAL])))
    reached, held, refused = (run_of(world, journey, who, T0) for who in world.people(3))
    message(template, journey, reached, T0 + HOUR, "clicked", cost=Decimal("0.05"))
    message(template, journey, refused, T0 + HOUR, "blocked", reason="quota")
    credit(journey, reached, T0 + DAY, "300")
    paths = [
        path(journey, [["hi", "sms", "clicked", ""]]),
        path(journey, held_out=True),
        path(journey, [["hi", "sms", "blocked", "quota"]]),
    ]
    for run, way in zip((reached, held, refused), paths, strict=True):
        row = walked(journey, run.profile_id, T0.date(), way)
        row.delete()
        row.enrollment_id = run.pk
        row.save(force_insert=True)
    world.happen(reached.profile_id, "order_paid", T0 + DAY, amount=300)
    refresh_worth(journey.pk, timezone.now())
    return journey


def get(client: APIClient, journey: Journey, part: str, **query: Any) -> Any:
    answer = client.get(f"/api/v1/journeys/{journey.pk}/review/{part}/", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_every_part_says_what_it_is_of(client: APIClient, journey: Journey) -> None:
    for part in PARTS:
        found = get(client, journey, part)
        assert found["as_of"] is not None
        assert found["stale"] is False
        assert found["definition"]["days"] == "of entry"


def test_figures_of_each_part(client: APIClient, journey: Journey) -> None:
    total = get(client, journey, "messages")["total"]
    assert (total["sent"], total["blocked_by"]) == (1, [{"reason": "quota", "messages": 1}])
    yuan = get(client, journey, "cost")["currencies"][0]
    assert (yuan["value"], yuan["cost"], yuan["roi"]) == ("300.0000", "0.0500", 5999.0)
    found = get(client, journey, "retention", event="order_paid")
    assert "not_counted_yet" in [one["code"] for one in found["notes"]], "a new event is counted by the next refresh"
    refresh_worth(journey.pk, timezone.now())
    found = get(client, journey, "retention", event="order_paid")
    assert found["control"] == "held_out"
    # Of one person each: Wilson's intervals of 1 and 0 are [0.2065, 1] and [0, 0.7935].
    interval = {"low": pytest.approx(-0.1221, abs=1e-4), "high": 1.0}
    assert found["difference"][0] == {"after": 1, "difference": 1.0, "interval": interval}
    sales = get(client, journey, "movement")["sales"]
    assert [(row["group"], row["after"]["sales"]) for row in sales] == [("touched", "300.0000")]


def test_a_filter_that_does_not_apply_is_named(client: APIClient, journey: Journey) -> None:
    found = get(client, journey, "cost", channel="sms", segment=str(uuid4()), since="2026-01-01")
    assert [one["figures"] for one in found["notes"]] == [{"filter": "segment"}, {"filter": "channel"}]
    assert [one["messages"]["en"].split(":")[0] for one in found["notes"]] == [
        "Filtering by segment does not apply here",
        "Filtering by channel does not apply here",
    ]
    assert get(client, journey, "messages", until="2026-01-01")["total"]["asked"] == 0
    answer = client.get(f"/api/v1/journeys/{journey.pk}/review/cost/", {"version": 9})
    assert answer.json()["errors"][0]["code"] == "unknown_version"


def test_a_stranger_finds_no_journey(
    client: APIClient, journey: Journey, make_key: MakeKey, other_workspace: Any
) -> None:
    stranger = APIClient()
    stranger.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(*Scope, of=other_workspace)}")
    for part in PARTS:
        assert stranger.get(f"/api/v1/journeys/{journey.pk}/review/{part}/").status_code == 404
    wanted = {"journey": str(journey.pk), "table": "runs"}
    assert stranger.post("/api/v1/review/exports/", wanted, format="json").status_code == 400


def test_a_sentence_has_no_number_but_its_figures(client: APIClient, journey: Journey) -> None:
    sentences = get(client, journey, "summary")["sentences"]
    assert {one["code"] for one in sentences} >= {"sent", "blocked_most", "converted", "roi", "retention", "sales"}
    blocked = next(one for one in sentences if one["code"] == "blocked_most")
    # The figure has the code, the sentence its words.
    chinese, english = reason_words(blocked["figure"]["reason"])
    assert english != blocked["figure"]["reason"]
    assert (chinese in blocked["zh"], english in blocked["en"]) == (True, True)
    for one in sentences:
        figures = list(_numbers(one["figure"]))
        for language in ("zh", "en"):
            for said in re.findall(r"[\d,]*\d(?:\.\d+)?", re.sub("30 (天|days)", "", one[language])):
                assert any(abs(float(said.replace(",", "")) - figure) < 0.06 for figure in figures), one


def _numbers(figure: dict[str, Any]) -> Iterator[float]:
    for name, value in figure.items():
        if name != "source" and not isinstance(value, str):
            yield from (abs(value), abs(value) * 100)
        elif name != "source" and re.fullmatch(r"-?[\d.]+", str(value)):
            yield abs(float(value))


# ---- files ---------------------------------------------------------------------------------------------------------


def export(client: APIClient, journey: Journey, table: str, **wanted: Any) -> bytes:
    asked = {"journey": str(journey.pk), "table": table, **wanted}
    answer = client.post("/api/v1/review/exports/", asked, format="json")
    assert answer.status_code == 202, answer.content
    job = answer.json()["id"]
    while advance_export(Export.objects.get(pk=job).pk, timezone.now(), 2):
        pass
    file = client.get(f"/api/v1/review/exports/{job}/file/")
    assert file.status_code == 200, Export.objects.get(pk=job).error
    return b"".join(file.streaming_content)  # type: ignore[attr-defined]


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_runs_come_with_their_ways_and_their_worth(client: APIClient, journey: Journey) -> None:
    rows = rows_of(export(client, journey, "runs"))
    assert [(row["messages"], row["conversions"], row["value"]) for row in rows] == [
        ("hi=clicked", "1", "CNY 300.0000"),
        ("", "0", ""),
        ("hi=blocked", "0", ""),
    ]
    assert rows[0]["entered_at"] == T0.isoformat()
    columns = ["state", "steps", "entered_at", "conversions"]
    book = load_workbook(io.BytesIO(export(client, journey, "runs", format="xlsx", columns=columns)))
    cells = [cell.value for cell in book.active[2]]  # type: ignore[index]
    assert cells == ["completed", "start", T0.replace(tzinfo=None), 1]


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("messages_by_templates", "sent", "1"),
        ("messages_by_hours", "hour", "0"),
        ("message_reasons", "reason", "quota"),
        ("cost", "value", "300.0000"),
        ("retention", "group", "held_out"),
        ("sales", "period", "before"),
        ("losses", "bar", "eligible"),
        ("conversions", "net", "300.00"),
        ("attribution_by_nodes", "model", "first"),
    ],
)
def test_tables_come_as_they_are(client: APIClient, journey: Journey, table: str, column: str, value: str) -> None:
    assert rows_of(export(client, journey, table))[0][column] == value


def test_files_are_of_the_runs_that_the_page_shows(client: APIClient, journey: Journey) -> None:
    assert [row["messages"] for row in rows_of(export(client, journey, "runs", channel="sms"))] == [
        "hi=clicked",
        "hi=blocked",
    ]
    assert rows_of(export(client, journey, "runs", attribute="city:nowhere")) == []
    assert {row["people"] for row in rows_of(export(client, journey, "funnel", variant="ab:a"))} == {"0"}
    # As on the page, where a note says so.
    assert rows_of(export(client, journey, "retention", channel="email", version=1))


def test_what_there_is_not_is_refused(client: APIClient, journey: Journey) -> None:
    for wrong, code in (
        ({"table": "nothing"}, "unknown_table"),
        ({"table": "runs", "columns": ["phone"]}, "unknown_column"),
        ({"table": "cost", "version": 4}, "unknown_version"),
        ({"table": "funnel", "segment": str(uuid4())}, "unknown_segment"),
        ({"table": "losses", "variant": "a"}, "not_a_pair"),
        ({"table": "cost", "journey": str(uuid4())}, "unknown_journey"),
    ):
        asked = {"journey": str(journey.pk), **wrong}
        answer = client.post("/api/v1/review/exports/", asked, format="json")
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, code)


# ---- settings and reports ------------------------------------------------------------------------------------------


def test_costs_are_kept_checked_and_written_down(sign_in: SignIn) -> None:
    client = sign_in("admin")
    answer = client.patch("/api/v1/review/costs/", {"staff_hour": "80.5", "currency": "USD"}, format="json")
    assert (answer.status_code, answer.json()["staff_hour"]) == (200, "80.5"), answer.content
    assert AuditEntry.objects.get(action="review_costs_changed").data["currency"] == {"from": "CNY", "to": "USD"}
    for wrong in ({"staff_hour": "-1"}, {"coupons": [{"cost": "1"}]}, {"currency": "yen"}, {"task_minutes": "NaN"}):
        assert client.patch("/api/v1/review/costs/", wrong, format="json").status_code == 400, wrong
    assert client.get("/api/v1/review/costs/").json()["staff_hour"] == "80.5"


def test_only_who_administers_the_workspace_changes_costs(client: APIClient, sign_in: SignIn) -> None:
    """A key that may write, with which coupons could be given a price, is no more than an operator."""
    for each in (client, sign_in("operator"), sign_in("viewer")):
        assert each.patch("/api/v1/review/costs/", {"staff_hour": "1"}, format="json").status_code == 403
        assert each.get("/api/v1/review/costs/").json()["staff_hour"] is None


def test_a_report_is_planned_in_the_workspaces_zone(client: APIClient, journey: Journey) -> None:
    wanted = {"name": "周报", "time": "09:00", "on_day": 1, "url": "https://example.com/hook"}
    answer = client.post("/api/v1/review/reports/", wanted, format="json")
    assert answer.status_code == 201, answer.content
    report = ReviewReport.objects.get(pk=answer.json()["id"])
    assert report.next_at is not None
    # Nine in Shanghai on a Monday.
    assert (report.next_at.astimezone(UTC).hour, report.next_at.isoweekday()) == (1, 1)
    assert report.next_at > datetime.now(UTC)
    assert "没有" not in client.get(f"/api/v1/review/reports/{report.pk}/preview/").json()["text"]
    off = client.patch(f"/api/v1/review/reports/{report.pk}/", {"enabled": False}, format="json")
    assert off.json()["next_at"] is None


def test_a_report_goes_somewhere(client: APIClient, journey: Journey) -> None:
    sms = str(Template.objects.get(workspace=journey.workspace).account_id)
    for wrong, code in (
        ({}, "no_receiver"),
        ({"emails": ["a@example.com"]}, "unknown_account"),
        ({"emails": ["a@example.com"], "account": sms}, "unknown_account"),
        ({"emails": ["nobody"], "account": sms}, "invalid_address"),
        ({"url": "ftp://example.com"}, "invalid_url"),
        ({"url": "https://example.com", "on_day": 9}, "invalid_day"),
        ({"url": "https://example.com", "journeys": [str(uuid4())]}, "unknown_journey"),
    ):
        answer = client.post("/api/v1/review/reports/", {"name": "r", "time": "09:00", **wrong}, format="json")
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, code), wrong
