"""`manage.py worker`: drive people and send messages until told to stop."""

import asyncio
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from journeys.temporal.worker import run


class Command(BaseCommand):
    help = "Run a worker: it polls Temporal for ticks and dispatch."

    def handle(self, *args: Any, **options: Any) -> None:
        ready = settings.VAR_DIR / "run" / "worker.ready"
        ready.parent.mkdir(parents=True, exist_ok=True)
        ready.unlink(missing_ok=True)
        try:
            asyncio.run(run(ready.touch))
        finally:
            ready.unlink(missing_ok=True)
