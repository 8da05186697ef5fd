"""Streams as the tick writes them, recorded for tests/unit/journeys/engine/test_streams.py.

`ZHITU_RECORD=0.1 pytest tests/integration/journeys/test_streams.py` records them for release 0.1.
"""

import json
import os
from pathlib import Path
from typing import Any

from journeys.runtime.leaving import exit_enrollment, retry_enrollment
from tests.fixtures.graphs import GOAL, ab, attribute, graph, leave, on_event, send, split, wait, wait_for
from tests.fixtures.world import DAY, HOUR, MINUTE, SECOND, T0, Run, World

STREAMS = Path("tests/fixtures/streams")
NODES = {
    "start": on_event("registered"),
    "wait": wait("PT1H"),
    "city": split(sh=attribute("city", "上海")),
    "test": ab(a=50, b=50),
    "sms": send(
        params={"n": "{{ profile.visits | divided_by: profile.none }}"},
        **{"await": {"for": "delivered", "timeout": "P1D"}},
    ),
    "order": wait_for("order_paid", timeout="P2D"),
    "mark": ("goal", {"goal": "marked"}),
    "end": leave("done"),
}
EDGES = [
    "start -> wait",
    "wait -> city",
    "city.sh -> test",
    "city.else -> order",
    "test.a -> sms",
    "test.b -> sms",
    "sms.timeout -> order",
    "order.order_paid -> mark",
    "order.timeout -> end",
    "mark -> end",
]
GOALS = [{**GOAL, "exit": True, "where": [{"key": "amount", "cmp": "gte", "value": 1000}]}, {"id": "marked"}]


def test_the_folded_stream_is_the_row_in_every_way_a_path_can_go(world: World) -> None:
    world.sms(body="${n}")
    journey = world.journey(graph(NODES, EDGES, goals=GOALS, exit_rules=[{"event": "unsubscribed"}]))
    held = world.journey(graph(NODES, EDGES, holdout={"percent": 100}, goals=GOALS))
    buyer, big, left, _blocked, stuck, ended = people = [
        world.person(city="杭州"),
        world.person(city="杭州"),
        world.person(city="杭州"),
        world.person(city="上海", visits=1, none=1),
        world.person(city="上海", visits=1, none=0, phone="13800000001"),
        world.person(city="上海", visits=1, none=1, phone="13800000002"),
    ]
    for person in people:
        world.happen(person, "registered", T0 - SECOND, received=T0)
    world.tick(T0)
    world.tick(T0 + HOUR)
    world.happen(buyer, "order_paid", T0 + HOUR + MINUTE, amount=5)
    world.happen(big, "order_paid", T0 + HOUR + MINUTE, amount="5000")
    world.happen(left, "unsubscribed", T0 + HOUR + MINUTE)
    world.tick(T0 + 2 * HOUR)
    exit_enrollment(world.run(journey, ended).row, T0 + 3 * HOUR)
    retry_enrollment(world.run(journey, stuck).row, T0 + 3 * HOUR)
    for day in range(3, 60):
        world.tick(T0 + day * HOUR)
    world.tick(T0 + 5 * DAY)
    runs = [world.run(journey, person) for person in people] + [world.run(held, buyer)]
    kinds = {kind for run in runs for kind in run.kinds}
    assert kinds == {
        *("enrolled", "held_out", "node_entered", "wait_started", "wait_ended", "event_matched", "branch_taken"),
        *("variant_assigned", "message_requested", "message_blocked", "goal_reached", "converted"),
        *("step_failed", "step_retried", "exited", "completed"),
    }
    world.verify()
    if release := os.environ.get("ZHITU_RECORD"):
        text = json.dumps([recorded(run) for run in runs], ensure_ascii=False, indent=1, sort_keys=True)
        (STREAMS / f"{release}.json").write_text(text + "\n")


def recorded(run: Run) -> dict[str, Any]:
    row = run.row
    state = {
        "state": row.state,
        "node": row.node,
        "seq": row.seq,
        "due_at": row.due_at and row.due_at.isoformat(),
        "ended_at": row.ended_at and row.ended_at.isoformat(),
        "context": row.context,
    }
    events = [{"kind": e.kind, "node": e.node, "at": e.at.isoformat(), "data": e.data} for e in run.events]
    return {"events": events, "state": state}
