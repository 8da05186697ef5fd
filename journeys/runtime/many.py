"""What is done to journeys chosen in the list: one by one, so that one refusal does not stop the others."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction

from journeys.choices import ChangeKind
from journeys.models import Journey, JourneyFolder
from journeys.runtime.changes import note
from journeys.runtime.drafts import create_draft, delete_draft
from journeys.runtime.publish import archive
from workspaces.errors import DomainError
from workspaces.models import Workspace

Act = Literal["move", "archive", "delete"]
MOST: Final = 200
LONGEST_NAME: Final = 100


class Done(NamedTuple):
    done: list[UUID]
    refused: list[dict[str, Any]]


def do(
    workspace: Workspace,
    act: Act,
    journeys: Sequence[UUID],
    folder: JourneyFolder | None,
    user: User | None,
    now: datetime,
) -> Done:
    """Move, archive or delete journeys. Those that cannot be are listed with the reason."""
    acts: dict[Act, Callable[[Journey], None]] = {
        "move": lambda journey: move(journey, folder),
        "archive": lambda journey: archive(journey, user, now),
        "delete": delete_draft,
    }
    found = {journey.pk: journey for journey in Journey.objects.filter(workspace=workspace, pk__in=journeys)}
    done: list[UUID] = []
    refused: list[dict[str, Any]] = []
    for id_ in dict.fromkeys(journeys):
        journey = found.get(id_)
        if journey is None:
            refused.append({"id": id_, "code": "not_found", "detail": "There is no such journey."})
            continue
        try:
            with transaction.atomic():
                acts[act](journey)
        except DomainError as error:
            refused.append({"id": id_, "code": error.code, "detail": error.detail})
        else:
            done.append(id_)
    return Done(done, refused)


def move(journey: Journey, folder: JourneyFolder | None) -> None:
    """Put a journey into a folder, or into none. It is tidying: neither its draft nor its change log says so."""
    Journey.objects.filter(pk=journey.pk).update(folder=folder)


def duplicate(journey: Journey, name: str, user: User | None, now: datetime) -> Journey:
    """Make a draft with the same graph in the same folder. What ran stays with the original."""
    with transaction.atomic():
        copy = create_draft(journey.workspace, name, journey.description, journey.draft, user, journey.folder)
        if journey.approval_required:
            copy.approval_required = True
            copy.save(update_fields=["approval_required"])
        note(copy, ChangeKind.SAVED, now, user, {"revision": copy.revision, "copy_of": str(journey.pk)})
    return copy
