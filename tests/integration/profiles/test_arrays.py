from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workspaces.arrays import array_of, array_of_texts

TEXTS = st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))


def read(text: str, kind: str) -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute(f"select %s::{kind}[]", [text])
        found: list[object] = cursor.fetchone()[0]
    return found


@pytest.mark.django_db
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(TEXTS)
def test_texts_of_any_content_arrive(db: None, values: list[str]) -> None:
    assert read(array_of_texts(values), "text") == values


@pytest.mark.parametrize("values", [["", "NULL", "a,b", '"', "\\", "{}", " x "], []])
def test_what_arrays_give_a_meaning_is_text(db: None, values: list[str]) -> None:
    assert read(array_of_texts(values), "text") == values


def test_ids_arrive(db: None) -> None:
    ids = [uuid4(), uuid4()]
    assert read(array_of(ids), "uuid") == ids
