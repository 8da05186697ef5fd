"""The named scripts of a journey's test runs."""

from typing import Any, Final

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from journeys.models import Journey, RunScript
from journeys.runtime.scenario import read_script
from workspaces.errors import DomainError

MOST_SCRIPTS: Final = 100


class ScriptExists(DomainError):
    def __init__(self) -> None:
        super().__init__("script_exists", "The journey has a script of this name.", attr="name", status=409)


def keep(journey: Journey, name: str, script: dict[str, Any], user: User | None) -> RunScript:
    """Keep a script. Raises SimulationError for one that cannot run, ScriptExists, and DomainError for one too many."""
    read_script(script)
    if RunScript.objects.filter(journey=journey).count() >= MOST_SCRIPTS:
        raise DomainError("too_many_scripts", f"A journey has at most {MOST_SCRIPTS} scripts.", status=409)
    return _saved(RunScript(workspace_id=journey.workspace_id, journey=journey, name=name, script=script, author=user))


def change(kept: RunScript, name: str | None = None, script: dict[str, Any] | None = None) -> RunScript:
    """Give it another name or another content. Raises SimulationError and ScriptExists."""
    if script is not None:
        read_script(script)
        kept.script = script
    if name is not None:
        kept.name = name
    return _saved(kept)


def _saved(kept: RunScript) -> RunScript:
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError as error:
        raise ScriptExists from error
    return kept
