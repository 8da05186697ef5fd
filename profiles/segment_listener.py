"""Judging a few people the moment their change commits, in a thread of a worker that listens to the database.

A short cut and no more: what is not heard (the connection broke, a pooler stands between that keeps no session), what
fails, and whatever is many, is left to the workflow and the sweep. Several workers may hear the same: each takes other
people, as the workflow does, and under the same locks.
"""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID

import psycopg
from django.db import DatabaseError
from django.db import connection as settings_of
from psycopg.sql import SQL, Identifier

from profiles.segment_checks import CHANNEL
from profiles.segment_members import check_few
from workspaces.connections import fresh_connection
from workspaces.models import Workspace

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.5  # how soon a stop is noticed
PAUSE_SECONDS = 2.0  # before a lost connection is made again
# One or two people are judged at once. Where they come as a crowd, a judgement of more of them costs hardly more than one
# of a few, most of which is its planning: so the next ones are waited for.
CROWD = 5
CROWD_PAUSE_SECONDS = 0.25


class Listener:
    """`start`, then `stop` from another thread; `ready` is set while it hears."""

    def __init__(self) -> None:
        self.ready = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="segments", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self._listen()
            except psycopg.Error as error:
                logger.warning("Changes are not heard at once (%s); the workflow of segments takes them.", error)
            self.ready.clear()
            self._over.wait(PAUSE_SECONDS)
        settings_of.close()

    def _listen(self) -> None:
        """Until the stop. Raises psycopg.Error when the connection is lost."""
        with psycopg.connect(**settings_of.get_connection_params(), autocommit=True) as heard:
            heard.execute(SQL("listen {}").format(Identifier(CHANNEL)))
            self.ready.set()
            while not self._over.is_set():
                # With the first come those that are there already.
                for workspace in {note.payload for note in heard.notifies(timeout=LOOK_SECONDS, stop_after=1)}:
                    self._judge(UUID(workspace))

    def _judge(self, workspace_id: UUID) -> None:
        try:
            with fresh_connection():
                workspace = Workspace.objects.filter(pk=workspace_id).first()
                while workspace is not None and (judged := check_few(workspace, datetime.now(UTC))):
                    if judged >= CROWD:
                        self._over.wait(CROWD_PAUSE_SECONDS)
        except DatabaseError:
            logger.exception("Nobody of workspace %s could be judged at once; the workflow does it.", workspace_id)


@asynccontextmanager
async def listening() -> AsyncIterator[None]:
    """Listen for as long as this lasts."""
    listener = Listener()
    listener.start()
    try:
        yield
    finally:
        await asyncio.to_thread(listener.stop)
