"""Every table that an erasure clears of a person has a section in their archive, or a reason why not."""

from config.erased_tables import DECISIONS, Decision
from config.exported_tables import LEFT_OUT, SECTIONS


def test_every_table_with_something_of_a_person_is_exported_or_has_a_reason() -> None:
    theirs = {table for table, decision in DECISIONS.items() if decision in {Decision.REMOVED, Decision.EMPTIED}}
    assert set(SECTIONS) | set(LEFT_OUT) == theirs
    assert not set(SECTIONS) & set(LEFT_OUT)
    assert all(len(reason) > 20 for reason in LEFT_OUT.values())
