from typing import Any

import pytest

from profiles.attributes import InvalidAttributes, merge, merge_tags, read_patch, read_tags, show_tags


@pytest.mark.parametrize(
    ("current", "changes", "result"),
    [
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": 1}, {"a": None}, {}),
        ({"a": {"b": 1, "c": 2}}, {"a.b": None}, {"a": {"c": 2}}),
        ({"a": {"b": 1}}, {"a.c.d": 2}, {"a": {"b": 1, "c": {"d": 2}}}),
        ({"a": {"b": 1}}, {"a": {"c": 2}}, {"a": {"b": 1, "c": 2}}),
        ({"a": 1}, {"a.b": 2}, {"a": {"b": 2}}),
        ({"a": [1]}, {"a": [2]}, {"a": [2]}),
        ({"a": 1}, {"b": None}, {"a": 1}),
        ({}, {"a.b": 1, "a.c": 2}, {"a": {"b": 1, "c": 2}}),
        ({"a": 0}, {"a": False}, {"a": False}),
    ],
)
def test_a_change_is_a_merge_patch_with_dotted_keys(
    current: dict[str, Any], changes: dict[str, Any], result: dict[str, Any]
) -> None:
    assert merge(current, read_patch(changes)) == result


@pytest.mark.parametrize("changes", [[], "x", {"": 1}, {"a..b": 1}, {".a": 1}, {"a": {"": 1}}, {"x" * 201: 1}])
def test_a_key_that_names_nothing_is_refused(changes: object) -> None:
    with pytest.raises(InvalidAttributes):
        read_patch(changes)


def test_dots_do_not_get_around_the_limit_of_depth() -> None:
    with pytest.raises(InvalidAttributes, match="deep"):
        read_patch({"a.b.c.d.e.f.g.h": {"a.b.c.d.e.f.g.h": {"a": 1}}})


def test_tags_are_added_by_name_valued_and_removed() -> None:
    tags = merge_tags({}, read_tags(["vip"]))
    tags = merge_tags(tags, read_tags({"level": "gold", "new": True}))
    assert tags == {"vip": None, "level": "gold", "new": None}
    assert show_tags(tags) == {"vip": True, "level": "gold", "new": True}
    assert merge_tags(tags, read_tags({"vip": None})) == {"level": "gold", "new": None}


@pytest.mark.parametrize("tags", ["vip", [1], [""], {"a": {"b": 1}}, {"": True}])
def test_what_is_no_tag_is_refused(tags: object) -> None:
    with pytest.raises(InvalidAttributes):
        read_tags(tags)
