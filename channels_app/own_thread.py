"""A thread with a database connection of its own, made when there is first something for it to do."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from django.db import connection

Asked = ParamSpec("Asked")
Result = TypeVar("Result")


class OwnThread:
    """To open a connection costs more than a few messages do, so whoever has little to do never starts it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._thread: ThreadPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._thread is not None:
            self._thread.submit(_close_connection)
            self._thread.shutdown()

    def submit(self, work: Callable[Asked, Result], *args: Asked.args, **kwargs: Asked.kwargs) -> Future[Result]:
        """Have it done, after what was asked before; what it raises, the future raises."""
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix=self._name)
        return self._thread.submit(work, *args, **kwargs)


def _close_connection() -> None:
    # Which connection the name stands for is decided by the thread that asks.
    connection.close()
