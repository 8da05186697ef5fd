"""Every table has a decision about erasure, and the decision is what the code does."""

from django.db import models

from config.erased_tables import DECISIONS, Decision
from profiles.privacy import mentions, own_rows
from tests.architecture.test_models import our_models
from workspaces.erasing import handled_tables

# Columns with the id of a person under another name.
OF_PEOPLE = {"profile_id", "home_id", "first_id", "second_id", "survivor_id", "merged_id"}


def tables() -> dict[str, type[models.Model]]:
    return {model._meta.db_table: model for model in our_models()}


def decided(*decisions: Decision) -> set[str]:
    return {table for table, decision in DECISIONS.items() if decision in decisions}


def test_every_table_has_a_decision() -> None:
    assert set(DECISIONS) == set(tables())


def test_what_names_nobody_has_no_place_for_it() -> None:
    allowed = {"profiles_tombstone", "workspaces_workspace"}
    for name in decided(Decision.NOBODY) - allowed:
        fields = tables()[name]._meta.concrete_fields
        assert not {field.attname for field in fields} & OF_PEOPLE, name
        assert not [field.attname for field in fields if mentions._holds_text(field)], name


def test_every_table_with_text_is_searched() -> None:
    own = {"profiles_identity"}
    with_text = {
        name for name, model in tables().items() if any(map(mentions._holds_text, model._meta.concrete_fields))
    }
    assert with_text - own - decided(Decision.NOBODY) == set(mentions.tables())


def test_settings_are_reported_and_nothing_else_is() -> None:
    assert decided(Decision.REPORTED) | {"workspaces_membership"} == mentions.SETTINGS


def test_every_table_with_a_persons_id_is_removed_or_emptied() -> None:
    theirs = {
        name for name, model in tables().items() if {field.attname for field in model._meta.concrete_fields} & OF_PEOPLE
    }
    assert theirs <= decided(Decision.REMOVED, Decision.EMPTIED)
    # What no eraser names loses the person's rows.
    assert set(own_rows.unclaimed_tables()) <= decided(Decision.REMOVED)
    assert decided(Decision.EMPTIED) & theirs <= (own_rows.HANDLES | own_rows.KEPT_BY_LAW | handled_tables())
