"""Every table that says something of people is kept for as long as a rule says, or there is a reason why it has none."""

from config.erased_tables import DECISIONS, Decision
from config.kept_tables import CATEGORIES, WITHOUT_END
from workspaces.retention import categories


def test_every_table_with_something_of_a_person_has_a_category_or_a_reason() -> None:
    theirs = {table for table, decision in DECISIONS.items() if decision in {Decision.REMOVED, Decision.EMPTIED}}
    assert set(CATEGORIES) | set(WITHOUT_END) == theirs
    assert not set(CATEGORIES) & set(WITHOUT_END)
    assert all(len(reason) > 20 for reason in WITHOUT_END.values())


def test_every_category_is_of_a_table_and_the_other_way_round() -> None:
    assert set(CATEGORIES.values()) == {category.name for category in categories()}
