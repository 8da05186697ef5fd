"""Bodies that come in chunks, as some clients stream them."""

from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

import httpx
from a2wsgi import WSGIMiddleware
from django.conf import LazySettings

from config.http import with_length


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer with the length that was announced and the body that can be read within it."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{length} {body.decode()}".encode()]


async def post(content: Any) -> str:
    application: Any = echo
    transport = httpx.ASGITransport(with_length(WSGIMiddleware(application, workers=1)))
    async with httpx.AsyncClient(transport=transport, base_url="http://zhitu") as client:
        return (await client.post("/", content=content)).text


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_a_body_in_chunks_is_read_whole() -> None:
    assert await post(chunks(b"one ", b"two")) == "7 one two"


async def test_a_body_of_known_length_is_passed_on() -> None:
    assert await post(b"one two") == "7 one two"


async def test_of_a_body_that_is_too_large_only_so_much_is_read_as_shows_it(settings: LazySettings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 5
    assert await post(chunks(b"123", b"456", b"789")) == "6 123456"
