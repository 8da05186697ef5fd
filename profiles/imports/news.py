"""Whom this app tells that a file's job has something to do."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.db import transaction

# Called after the commit with the id of an import, or of an export, that a worker should see to.
imports_wanted: list[Callable[[UUID], None]] = []
exports_wanted: list[Callable[[UUID], None]] = []


def import_after_commit(job_id: UUID) -> None:
    for tell in imports_wanted:
        transaction.on_commit(partial(tell, job_id))


def export_after_commit(job_id: UUID) -> None:
    for tell in exports_wanted:
        transaction.on_commit(partial(tell, job_id))
