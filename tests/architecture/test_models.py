import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

OURS = ("workspaces", "profiles", "channels_app", "journeys")
# The workspace itself.
WITHOUT_WORKSPACE = {"workspaces.Workspace"}


def our_models() -> list[type[models.Model]]:
    return [model for label in OURS for model in apps.get_app_config(label).get_models()]


def test_every_row_carries_its_workspace() -> None:
    missing = [
        model._meta.label
        for model in our_models()
        if model._meta.label not in WITHOUT_WORKSPACE
        and not any(field.attname == "workspace_id" for field in model._meta.concrete_fields)
    ]
    assert missing == []


@pytest.mark.django_db
def test_migrations_are_complete() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
