"""HTTP by Django in threads of its own, inside the ASGI process that also holds the websockets.

Our views are synchronous. Django's own ASGI handler would run each request in a new thread, with a new database
connection, and change between that thread and the event loop for every middleware; here a request changes once and its
thread keeps its connection.
"""

from typing import Any

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application

THREADS = 10


def http_application() -> Any:
    """Make the ASGI application; it loads Django's apps."""
    django: Any = get_wsgi_application()
    return with_length(WSGIMiddleware(django, workers=THREADS))


def with_length(application: Any) -> Any:
    """Give a body that comes in chunks a length, which WSGI asks for: it is read before the request begins.

    Of one that is too large only so much is read as shows it; whoever parses it refuses it with 413.
    """

    async def measured(scope: Any, receive: Any, send: Any) -> None:
        names = {name for name, _ in scope.get("headers", ())}
        if scope["type"] != "http" or b"transfer-encoding" not in names or b"content-length" in names:
            await application(scope, receive, send)
            return
        body = bytearray()
        more = True
        while more and len(body) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
        whole = iter([{"type": "http.request", "body": bytes(body), "more_body": False}])

        async def replay() -> Any:
            return next(whole, None) or await receive()

        headers = [*scope["headers"], (b"content-length", str(len(body)).encode())]
        await application({**scope, "headers": headers}, replay, send)

    return measured
