import socket
from argparse import ArgumentParser
from pathlib import Path

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand

from channels_app.simulator.app import UVICORN, create_app


class Command(BaseCommand):
    help = "Run the provider simulator on loopback. It needs no PostgreSQL."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=settings.SIMULATOR_PORT)
        parser.add_argument("--smtp-port", type=int, default=settings.SIMULATOR_SMTP_PORT)
        parser.add_argument(
            "--state", type=Path, default=settings.VAR_DIR / "simulator.sqlite3", help="The file that keeps its state."
        )

    def handle(self, *args: object, port: int, smtp_port: int, state: Path, **options: object) -> None:
        app = create_app(state, smtp=socket.create_server(("127.0.0.1", smtp_port)))
        uvicorn.run(app, host="127.0.0.1", port=port, **UVICORN)
