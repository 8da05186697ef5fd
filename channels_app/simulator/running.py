"""The simulator in a thread of this process, for tests and benches."""

import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from channels_app.simulator.app import UVICORN, create_app

START_SECONDS = 10


@contextmanager
def running_simulator(state: Path, seed: int = 0) -> Iterator[str]:
    """Run the simulator on free ports of loopback and yield its address. Raises TimeoutError if it does not start.

    `GET /admin/mail/` says on which port its mail server listens.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    smtp = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(state, random.Random(seed), smtp), **UVICORN)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="simulator")
    thread.start()
    try:
        deadline = time.monotonic() + START_SECONDS
        while not server.started:
            if time.monotonic() > deadline or not thread.is_alive():
                raise TimeoutError("the simulator did not start")
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(START_SECONDS)
        listener.close()
        smtp.close()
