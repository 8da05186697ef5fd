"""Folders of the list of journeys."""

from uuid import UUID

from django.db import IntegrityError, transaction

from journeys.models import JourneyFolder
from workspaces.errors import DomainError
from workspaces.models import Workspace

MOST_FOLDERS = 200


class FolderExists(DomainError):
    def __init__(self) -> None:
        super().__init__("folder_exists", "There is a folder of this name.", attr="name", status=409)


def find(workspace: Workspace, id_: UUID) -> JourneyFolder:
    """Return a folder of the workspace. Raises DomainError `unknown_folder`."""
    folder = JourneyFolder.objects.filter(workspace=workspace, pk=id_).first()
    if folder is None:
        raise DomainError("unknown_folder", "There is no such folder.", attr="folder")
    return folder


def create(workspace: Workspace, name: str) -> JourneyFolder:
    """Make a folder. Raises FolderExists, and DomainError for one too many."""
    if JourneyFolder.objects.filter(workspace=workspace).count() >= MOST_FOLDERS:
        raise DomainError("too_many_folders", f"A workspace has at most {MOST_FOLDERS} folders.", status=409)
    return _saved(JourneyFolder(workspace=workspace, name=name))


def rename(folder: JourneyFolder, name: str) -> JourneyFolder:
    """Give a folder another name. Raises FolderExists."""
    folder.name = name
    return _saved(folder)


def _saved(folder: JourneyFolder) -> JourneyFolder:
    try:
        with transaction.atomic():
            folder.save()
    except IntegrityError as error:
        raise FolderExists from error
    return folder
