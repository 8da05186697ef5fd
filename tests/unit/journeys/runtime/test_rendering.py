"""What is put together without the engine is what the engine would have written."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeys.runtime.rendering import (
    _ENVIRONMENT,
    LimitedEnvironment,
    RenderingFailed,
    _joined,
    _prepared,
    is_constant,
    render,
)
from tests.fixtures.json_values import CHARACTERS, VALUES

KEYS = st.sampled_from(["name", "城市", "size", "first", "last", "a", "profile"])
TEXTS = st.text(CHARACTERS, max_size=6).filter(lambda text: "{" not in text)
FILTERS = st.sampled_from(["", " | default: '朋友'", " | default: 3", " | upcase", " | default: 'x' | upcase"])


@st.composite
def outputs(draw: st.DrawFn) -> str:
    path = draw(st.lists(KEYS, min_size=1, max_size=2))
    text = "profile" + "".join(f"['{key}']" if draw(st.booleans()) else f".{key}" for key in path)
    dash = draw(st.sampled_from(["", "-"]))
    return "{{" + f"{dash} {text}{draw(FILTERS)} {dash}" + "}}"


@settings(max_examples=300, deadline=None)
@given(
    st.lists(TEXTS | outputs(), max_size=4).map("".join),
    st.dictionaries(KEYS, VALUES | st.dictionaries(KEYS, VALUES, max_size=3), max_size=4),
)
def test_a_template_of_text_and_variables_reads_as_the_engine_reads_it(source: str, profile: dict[str, Any]) -> None:
    engines = _ENVIRONMENT.from_string(source).render(profile=profile, event={})
    # What has no Liquid at all is not a template.
    assert render(source, {"profile": profile, "event": {}}) == (source if is_constant(source) else engines)


def test_most_templates_need_no_engine() -> None:
    parts = _prepared("{{ profile.name | default: '朋友' }}，{{ event['order id'] }}").parts
    assert parts is not None
    assert _joined(parts, {"profile": {"name": "李"}, "event": {"order id": 5}}) == "李，5"
    assert _joined(parts, {"profile": {"name": ""}, "event": {"order id": 5}}) is None
    assert _prepared("{{ profile.name | upcase }}").parts is None
    assert _prepared("{% if profile.name %}x{% endif %}").parts is None


def test_the_limit_of_a_text_holds_without_the_engine_too() -> None:
    long = "长" * LimitedEnvironment.output_stream_limit
    with pytest.raises(RenderingFailed):
        render("{{ profile.text }}", {"profile": {"text": long}})
