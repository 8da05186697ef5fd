"""Streams of every release fold to the state that that release had."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from journeys.engine.enrollment import Enrollment, Event, fold
from journeys.store.rows import context_of

STREAMS = {
    f"{path.stem} {place}": stream
    for path in sorted((Path(__file__).parents[3] / "fixtures" / "streams").glob("*.json"))
    for place, stream in enumerate(json.loads(path.read_text()))
}


def test_there_are_streams() -> None:
    assert STREAMS


@pytest.mark.parametrize("name", STREAMS)
def test_a_recorded_stream_folds_to_its_recorded_state(name: str) -> None:
    stream: dict[str, Any] = STREAMS[name]
    events = [
        Event(event["kind"], event["node"], datetime.fromisoformat(event["at"]), event["data"])
        for event in stream["events"]
    ]
    state = fold(Enrollment("e", "p", "j", "v", events[0].at, {}), events)
    assert {
        "state": state.state,
        "node": state.node,
        "seq": state.seq,
        "due_at": state.due_at and state.due_at.isoformat(),
        "ended_at": state.ended_at and state.ended_at.isoformat(),
        "context": orjson.loads(orjson.dumps(context_of(state))),
    } == stream["state"]
