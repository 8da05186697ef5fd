"""Changes to a person's attributes, as RFC 7396 defines a merge patch."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from profiles.attributes import merge, merge_tags, read_patch, read_tags, show_tags

KEYS = st.text(st.characters(codec="utf-8", exclude_characters=".\0"), min_size=1, max_size=5)
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=4)
STORED = OBJECTS.map(lambda changes: merge({}, changes))


def rfc_7396(target: Any, patch: Any) -> Any:
    """The pseudo code of section 2, word for word."""
    if not isinstance(patch, dict):
        return patch
    target = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            target.pop(name, None)
        else:
            target[name] = rfc_7396(target.get(name), value)
    return target


@given(STORED, OBJECTS)
def test_a_change_without_dots_is_a_merge_patch(current: dict[str, Any], changes: dict[str, Any]) -> None:
    assert merge(current, read_patch(changes)) == rfc_7396(current, changes)


@given(STORED, OBJECTS)
def test_the_same_change_twice_is_as_once(current: dict[str, Any], changes: dict[str, Any]) -> None:
    once = merge(current, read_patch(changes))
    assert merge(once, read_patch(changes)) == once


def dotted(changes: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in changes.items():
        if isinstance(value, dict) and value:
            flat |= {f"{key}.{below}": inner for below, inner in dotted(value).items()}
        else:
            flat[key] = value
    return flat


@given(STORED, OBJECTS)
def test_dots_say_the_same_as_nesting(current: dict[str, Any], changes: dict[str, Any]) -> None:
    assert merge(current, read_patch(dotted(changes))) == merge(current, read_patch(changes))


@given(st.dictionaries(KEYS, st.just(True) | st.integers(2) | st.text(max_size=5), max_size=5))
def test_tags_can_be_sent_back_as_they_were_read(tags: dict[str, Any]) -> None:
    stored = merge_tags({}, read_tags({name: value for name, value in tags.items() if name.strip()}))
    assert merge_tags(stored, read_tags(show_tags(stored))) == stored
