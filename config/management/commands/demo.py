"""`manage.py demo`: the demo workspace, its journey and its keys."""

from typing import Any

import orjson
from django.conf import settings
from django.core.management.base import BaseCommand

from config.demo.setup import Demo, set_up


class Command(BaseCommand):
    help = "Make the demo workspace, or bring it up to date; how to sign in is written to var/demo.json."

    def handle(self, *args: Any, **options: Any) -> None:
        demo = set_up()
        known = self._remember(demo)
        self.stdout.write(f"Demo workspace: user {known['username']}, journey {known['journey_id']}")

    def _remember(self, demo: Demo) -> dict[str, str]:
        """Keep what only the first run knows; later runs know only that it exists."""
        path = settings.VAR_DIR / "demo.json"
        known: dict[str, str] = orjson.loads(path.read_bytes()) if path.exists() else {}
        known |= {
            name: value
            for name in ("username", "password", "write_key", "api_key", "journey_id")
            if (value := getattr(demo, name)) is not None
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(orjson.dumps(known, option=orjson.OPT_INDENT_2))
        path.chmod(0o600)
        for name in ("write_key", "api_key"):
            # A file of its own, so that a curl line can read it.
            key_path = settings.VAR_DIR / name
            key_path.write_text(known.get(name, ""))
            key_path.chmod(0o600)
        return known
