"""`manage.py worker`: drive people and send messages until told to stop."""

import asyncio
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from journeys.temporal.processes import WorkerEnded, run_processes
from journeys.temporal.worker import run


class Command(BaseCommand):
    help = "Run WORKER_PROCESSES workers: they poll Temporal for ticks and dispatch."

    def handle(self, *args: Any, **options: Any) -> None:
        ready = settings.VAR_DIR / "run" / "worker.ready"
        ready.parent.mkdir(parents=True, exist_ok=True)
        ready.unlink(missing_ok=True)
        try:
            if settings.WORKER_PROCESSES == 1:
                asyncio.run(run(ready.touch))
            else:
                run_processes(settings.WORKER_PROCESSES, ready.touch)
        except WorkerEnded as error:
            raise CommandError(error) from error
        finally:
            ready.unlink(missing_ok=True)
