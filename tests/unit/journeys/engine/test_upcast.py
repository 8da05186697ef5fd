"""Stored events of older shapes read as those of today."""

import pytest

from journeys.engine.enrollment import _CHANGES
from journeys.engine.upcast import SCHEMAS, UPCASTERS, UnknownSchema, schema_of, upcast


def test_an_event_of_the_present_shape_is_left_alone() -> None:
    data = {"branch": "a", "branches": []}
    assert upcast("branch_taken", schema_of("branch_taken"), data) is data


def test_an_old_shape_passes_every_upcaster_up_to_the_present_one() -> None:
    # Made up: the first shape had the zone under another name, the second counted in minutes.
    upcasters = {
        ("wait_started", 1): lambda data: {"zone": data["tz"], "minutes": data["minutes"]},
        ("wait_started", 2): lambda data: {"zone": data["zone"], "seconds": data["minutes"] * 60},
    }
    old = {"tz": "Asia/Shanghai", "minutes": 5}
    assert upcast("wait_started", 1, old, upcasters, to=3) == {"zone": "Asia/Shanghai", "seconds": 300}
    assert upcast("wait_started", 2, {"zone": "UTC", "minutes": 1}, upcasters, to=3) == {"zone": "UTC", "seconds": 60}
    assert upcast("wait_started", 1, old, upcasters, to=1) == old


def test_a_kind_without_an_upcaster_keeps_what_it_has() -> None:
    assert upcast("wait_ended", 1, {"reason": "due"}) == {"reason": "due"}


def test_the_values_of_a_split_of_the_first_release_are_kept_as_looked_at() -> None:
    values = [["attribute", "city", "杭州"]]
    assert upcast("branch_taken", 1, {"branch": "else", "values": values}) == {"branch": "else", "looked": values}


def test_a_shape_of_a_later_release_is_refused() -> None:
    with pytest.raises(UnknownSchema, match="schema 9"):
        upcast("enrolled", 9, {})


def test_schemas_and_upcasters_name_kinds_that_exist_and_steps_that_are_taken() -> None:
    assert set(SCHEMAS) <= set(_CHANGES)
    assert all(1 <= number < schema_of(kind) for kind, number in UPCASTERS)
