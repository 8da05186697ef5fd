"""Which touches brought the conversions, by every model: of one journey, and over all of them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import numpy as np

from channels_app.choices import Channel
from channels_app.models import Template
from journeys.models import Journey, JourneyVersion
from journeys.review.attribution import loading
from journeys.review.attribution.crediting import CONVERSION, MODELS, MONEY, Amounts, Credited, credited
from journeys.review.attribution.loading import Loaded, Source
from journeys.review.credits.definition import definition_of, definitions_of
from journeys.review.credits.notes import note
from journeys.review.credits.reading import EVERY, Which
from journeys.review.credits.report import heading, money
from journeys.review.paths.filters import Filters
from workspaces.models import Workspace

BY: Final = tuple(loading.KEYS)
DEFAULT_WINDOW: Final = timedelta(days=30)
LONGEST_WINDOW: Final = timedelta(days=365)
# What had no touch.
NOTHING: Final = ""


def of_journey(
    journey: Journey, by: str, window: timedelta, which: Which = EVERY, goal: str | None = None
) -> dict[str, Any]:
    """Conversions of one goal (the primary one) of a journey, and the messages of all journeys before them."""
    return stated(journey, touched(journey, by, window, which, goal))


def touched(
    journey: Journey, by: str, window: timedelta, which: Which = EVERY, goal: str | None = None
) -> dict[str, Any]:
    """The same, without what `stated` adds."""
    definition = definition_of(journey)
    wanted = goal or (definition.primary.id if definition.primary else "")
    source = loading.source_of_journey(journey.workspace_id, journey.pk, wanted, which.text, which.joined, which.params)
    return {"goal": wanted, **_credited(journey.workspace, source, by, window)}


def stated(journey: Journey, found: Mapping[str, Any]) -> dict[str, Any]:
    """With the definition that the credits go by, and whether they are computed by it."""
    head = heading(journey, definition_of(journey))
    return {**head, "notes": [note("not_computed")] if head["stale"] else [], **found}


def of_workspace(
    workspace: Workspace, by: str, window: timedelta, since: date | None = None, until: date | None = None
) -> dict[str, Any]:
    """The primary goals of all journeys: conversions of the days `since` to `until` (both included, workspace's zone)."""
    journeys = list(Journey.objects.filter(workspace=workspace).exclude(state="draft").defer("draft"))
    found = definitions_of(journeys)
    goals = {journey: primary.id for journey, one in found.items() if (primary := one.primary)}
    days = Filters(since, until).instants(workspace.timezone)
    values = {
        "workspace": workspace.pk,
        "journeys": list(goals),
        "goals": list(goals.values()),
        "since": days["begins"],
        "until": days["ends"],
    }
    others = loading.OF_THE_OTHERS.format(joined="", which="true")
    return {"notes": [], **_credited(workspace, Source(loading.OF_ALL, others, values), by, window)}


def _credited(workspace: Workspace, source: Source, by: str, window: timedelta) -> dict[str, Any]:
    names = dict(_names(workspace.pk, by))
    keys = list(names)
    loaded = loading.load(source, by, keys, window)
    figures = credited(loaded.converted, loaded.lost, _amounts(loaded), len(keys), loaded.conversions)
    return {
        "by": by,
        "window_days": window.days,
        "models": list(MODELS),
        "rows": list(_rows(keys, names, figures)),
        "totals": {
            "people": _conversions(figures[0].total),
            "value": [{"currency": one.name, "value": _money(one.total)} for one in figures[1:]],
        },
    }


def _amounts(loaded: Loaded) -> list[Amounts]:
    each = np.full(loaded.conversions, CONVERSION, dtype=np.int64)
    by_currency = [
        Amounts(currency, np.where(loaded.currency == place, loaded.amounts, 0))
        for place, currency in enumerate(loaded.currencies)
    ]
    return [Amounts("conversions", each), *by_currency]


def _rows(keys: Sequence[str], names: Mapping[str, str], figures: Sequence[Credited]) -> Iterator[dict[str, Any]]:
    """Keys that some model credits, the most by the linear one first; then what had no touch."""
    people, *money_ = figures
    used = [place for place in range(len(keys)) if any(people.models[model][place] for model in MODELS)]
    for place in sorted(used, key=lambda place: (-people.models["linear"][place], keys[place])):
        by_model = {
            model: {
                "people": _conversions(people.models[model][place]),
                "value": [{"currency": one.name, "value": _money(one.models[model][place])} for one in money_],
            }
            for model in MODELS
        }
        yield {"key": keys[place], "name": names[keys[place]], "credits": by_model}
    nobody = {
        "people": _conversions(people.untouched),
        "value": [{"currency": one.name, "value": _money(one.untouched)} for one in money_],
    }
    yield {"key": NOTHING, "name": "", "credits": dict.fromkeys(MODELS, nobody)}


def _names(workspace: UUID, by: str) -> Iterator[tuple[str, str]]:
    """Everything that a touch could be credited to, with its name; of channels the code, which the console translates."""
    match by:
        case "channel":
            yield from ((str(channel), str(channel)) for channel in Channel)
        case "journey":
            for pk, name in Journey.objects.filter(workspace=workspace).values_list("pk", "name"):
                yield str(pk), name
        case "template":
            for pk, name in Template.objects.filter(workspace=workspace).values_list("pk", "name"):
                yield str(pk), name
        case _:
            yield from _nodes(workspace)


def _nodes(workspace: UUID) -> Iterator[tuple[str, str]]:
    """Send nodes of every version; the name is that of the newest."""
    versions = JourneyVersion.objects.filter(workspace=workspace).order_by("number").select_related("journey")
    for version in versions.only("graph", "journey__name"):
        for node in version.graph.get("nodes", ()):
            if node.get("type") == "send":
                yield f"{version.journey_id}:{node['id']}", f"{version.journey.name} · {node.get('name') or node['id']}"


def _conversions(parts: int) -> float:
    return parts / CONVERSION


def _money(parts: int) -> str:
    return money(Decimal(parts) / MONEY)
