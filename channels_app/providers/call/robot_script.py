"""Which script a robot speaks, and with which words: chosen from a message's variables by its template's settings."""

from collections.abc import Mapping
from typing import Any

from channels_app.policy.hours import clock
from channels_app.providers.base import Outgoing
from channels_app.providers.call.strategy import (
    DEFAULT_WINDOWS,
    DEFAULT_ZONE,
    BadStrategy,
    parse_windows,
    parse_zone,
)

MOST_RULES = 50


def script_of(message: Outgoing) -> str:
    """Return the script of the first rule in `scripts` that fits, or the template's own.

    A rule is `{"variable": "tags", "has": ["vip"], "script": "S2"}`: it fits if the value, or one of its parts between
    commas, is among `has`. So a journey hands over what it knows of a person (a tag, a level) as a variable.
    """
    for rule in message.template.get("scripts") or []:
        value = message.params.get(rule["variable"], "")
        if {value.strip(), *(part.strip() for part in value.split(","))} & set(rule["has"]):
            return str(rule["script"])
    return message.template_code


def variables_of(message: Outgoing) -> dict[str, str]:
    """Return the robot's variables: those that `variables` maps to ours, else ours by their own names."""
    chosen = message.template.get("variables")
    if not chosen:
        return dict(message.params)
    return {robots: message.params.get(ours, "") for robots, ours in chosen.items()}


def window_of(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the hours of the day in which the vendor may dial, on a named clock."""
    windows = parse_windows(settings.get("windows") or DEFAULT_WINDOWS)
    return {
        "hours": [{"from": clock(hours.start), "until": clock(hours.end)} for hours in windows],
        "zone": str(settings.get("zone") or DEFAULT_ZONE),
    }


def problem_with_script(settings: Mapping[str, Any]) -> str | None:
    """Say what is wrong with `scripts`, `variables`, `windows` or `zone`, None if they are in order."""
    try:
        window_of(settings)
        parse_zone(settings.get("zone") or DEFAULT_ZONE)
    except BadStrategy as error:
        return str(error)
    rules = settings.get("scripts") or []
    if not isinstance(rules, list) or len(rules) > MOST_RULES or not all(map(_is_rule, rules)):
        return "scripts are rules such as {variable, has: [values], script}"
    chosen = settings.get("variables") or {}
    if not isinstance(chosen, Mapping) or not all(isinstance(name, str) and name for name in chosen.values()):
        return "variables map the robot's names to this template's"
    return None


def _is_rule(rule: Any) -> bool:
    return (
        isinstance(rule, Mapping)
        and isinstance(rule.get("variable"), str)
        and isinstance(rule.get("script"), str)
        and isinstance(rule.get("has"), list)
        and all(isinstance(value, str) for value in rule["has"])
    )
