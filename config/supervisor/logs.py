"""Log files that do not grow without end."""

import os
import shutil
from pathlib import Path

LIMIT_BYTES = 50 * 1024 * 1024


def rotate(log: Path, limit: int = LIMIT_BYTES) -> None:
    """Keep a log over `limit` bytes as `<name>.log.1` and empty it.

    It is copied and cut, not renamed, because the process that writes it holds it open (and appends).
    """
    if log.exists() and log.stat().st_size > limit:
        shutil.copyfile(log, log.with_suffix(".log.1"))
        os.truncate(log, 0)


def tail(log: Path, lines: int = 15) -> str:
    """Return the last lines, for a message about a failure."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 16_384))
        return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])
