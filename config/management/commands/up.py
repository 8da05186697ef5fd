"""`manage.py up`: the whole of Zhitu on this machine, with one command."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.embedded.errors import EmbeddedServerError
from config.supervisor.errors import SupervisorError
from config.supervisor.plan import NAMES, parts
from config.supervisor.supervisor import Supervisor


class Command(BaseCommand):
    help = "Start PostgreSQL, Temporal, migrations, demo data, simulator, worker and web, and keep them running."
    # The database may not run yet, and settings are checked by the parts themselves.
    requires_system_checks: list[str] = []

    _terminal_gone = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        known = f"Parts: {', '.join(NAMES)}."
        parser.add_argument("--only", nargs="+", default=[], metavar="PART", help=f"Start only these. {known}")
        parser.add_argument("--without", nargs="+", default=[], metavar="PART", help=f"Leave these out. {known}")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            chosen = parts(options["only"], options["without"])
            names = {part.name for part in chosen}
            Supervisor(chosen, settings.VAR_DIR, self._say).run(lambda: self._welcome(names))
        except (SupervisorError, EmbeddedServerError, PermissionError) as error:
            raise CommandError(str(error)) from error

    def _say(self, line: str) -> None:
        if self._terminal_gone:
            return
        try:
            self.stdout.write(line)
            self.stdout.flush()
        except OSError:
            # Nobody reads any more. The servers are kept, and stopped in order, all the same.
            self._terminal_gone = True

    def _welcome(self, names: set[str]) -> None:
        lines = ["", "Zhitu is ready."]
        if "web" in names:
            lines.append(f"  console    http://127.0.0.1:{settings.WEB_PORT}/")
        lines += self._demo() if "demo" in names else []
        if "temporal" in names:
            lines.append(f"  Temporal   http://127.0.0.1:{settings.TEMPORAL_UI_PORT}/")
        lines += [f"  logs       {settings.VAR_DIR / 'log'}", "Ctrl-C stops it; the next start goes on where it was."]
        for line in lines:
            self._say(line)

    def _demo(self) -> list[str]:
        """Read what `manage.py demo` wrote: `{"username", "password", "write_key", "api_key", "journey_id"}`."""
        path = settings.VAR_DIR / "demo.json"
        demo = json.loads(path.read_text())
        return [f"  login      {demo['username']} / {demo['password']}", f"  keys       {path}"]
