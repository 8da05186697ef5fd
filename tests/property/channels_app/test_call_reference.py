from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from channels_app.providers.call.reference import reference_of

ids = st.uuids()


@given(ids, ids)
def test_a_reference_fits_the_vendors_fifteen_bytes_and_is_always_the_same(message: UUID, attempt: UUID) -> None:
    reference = reference_of(message, attempt)
    assert len(reference.encode()) == 15
    assert reference == reference_of(message, attempt)
    assert reference.isalnum()
    assert reference == reference.lower()


@given(st.lists(st.tuples(ids, ids), unique=True, min_size=2, max_size=50))
def test_different_tries_have_different_references(tries: list[tuple[UUID, UUID]]) -> None:
    assert len({reference_of(*one) for one in tries}) == len(tries)
