from typing import Any
from uuid import UUID

import pytest

from channels_app.providers.base import Outgoing
from channels_app.providers.call.robot_script import problem_with_script, script_of, variables_of, window_of

RULES = [
    {"variable": "level", "has": ["gold"], "script": "S-gold"},
    {"variable": "tags", "has": ["vip"], "script": "S-vip"},
]


def message(params: dict[str, str], **settings: Any) -> Outgoing:
    return Outgoing(UUID(int=1), "+8613800000000", "S-all", "", params, template=settings)


@pytest.mark.parametrize(
    ("params", "script"),
    [
        ({"level": "gold", "tags": "vip"}, "S-gold"),
        ({"tags": "new, vip"}, "S-vip"),
        ({"tags": "vip,new"}, "S-vip"),
        ({"tags": "not-vip"}, "S-all"),
        ({}, "S-all"),
    ],
)
def test_the_first_rule_that_fits_chooses_the_script(params: dict[str, str], script: str) -> None:
    assert script_of(message(params, scripts=RULES)) == script


def test_variables_have_the_robots_names_and_only_those_mapped() -> None:
    params = {"name": "王", "tags": "vip"}
    assert variables_of(message(params)) == params
    assert variables_of(message(params, variables={"who": "name", "when": "time"})) == {"who": "王", "when": ""}


def test_calls_stay_in_daytime_unless_said_otherwise() -> None:
    assert window_of({}) == {"hours": [{"from": "08:00", "until": "21:00"}], "zone": "Asia/Shanghai"}
    assert window_of({"windows": [["09:00", "12:00"]]})["hours"] == [{"from": "09:00", "until": "12:00"}]


@pytest.mark.parametrize(
    "settings",
    [
        {"scripts": "S"},
        {"scripts": [{"variable": "level"}]},
        {"scripts": [{"variable": "level", "has": "gold", "script": "S"}]},
        {"scripts": [{"variable": "level", "has": [1], "script": "S"}]},
        {"variables": ["name"]},
        {"variables": {"who": 1}},
        {"windows": [["25:00", "26:00"]]},
        {"zone": "../etc"},
    ],
)
def test_settings_that_cannot_be_read_are_refused(settings: dict[str, Any]) -> None:
    assert problem_with_script(settings)
