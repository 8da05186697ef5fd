"""An export that is sent: calls to somebody's server with up to 500 rows each, one after the other.

What a call says is stored before it is made. So a worker that is killed in between, or an answer that was not heard,
leads to the same call again, of the same people and under the same id, by which its receiver knows it; and who comes
into a segment meanwhile is in a later call, or in none, but never lost with a call that was taken for another.
"""

import io
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID, uuid5

import orjson
from django.db import transaction

from profiles.exports.sources import InvalidExport, Request, source_of
from profiles.imports import storage
from profiles.models import Export, ExportState

AT_ONCE: Final = 500
LONGEST_NAME: Final = 100


class Call(NamedTuple):
    """One try of a call; the same `id` for each. `number` is that of the try, from 1."""

    workspace_id: UUID
    id: UUID
    url: str
    body: bytes
    number: int


class Outcome(NamedTuple):
    """What became of it. `again_after`: how long to wait for the next try; None: there is none."""

    kind: Literal["success", "retry", "failure"]
    reason: str = ""
    again_after: timedelta | None = None


class NotConnected(RuntimeError):
    code = "no_caller"


class _Port:
    """Who makes the calls. Set by the composition root."""

    make: Callable[[Call, datetime], Outcome] | None = None


port: Final = _Port()


def check(url: str, names: Sequence[str]) -> None:
    """Raises InvalidExport: `invalid_url` or `invalid_names`. Where the address leads is judged at each call."""
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address or "@" in parts.netloc or not url.isascii() or not url.isprintable() or " " in url:
        raise InvalidExport("invalid_url", "The address is one of HTTP or HTTPS, without a user's name.", "url")
    if not all(0 < len(name) <= LONGEST_NAME for name in names) or len(set(names)) < len(names):
        raise InvalidExport("invalid_names", f"Each column has a name of 1 to {LONGEST_NAME} characters.", "fields")


def advance(job_id: UUID, now: datetime, at_once: int = AT_ONCE) -> bool:
    """Pack the next call, or make the one that is packed; tell whether there is more to do now."""
    with transaction.atomic():
        job = Export.objects.select_for_update(of=("self",)).select_related("workspace").filter(pk=job_id).first()
        if job is None or job.state != ExportState.RUNNING or (job.not_before is not None and job.not_before > now):
            return False
        if job.packed is None:
            _pack(job, now, min(at_once, AT_ONCE))
            return job.state == ExportState.RUNNING
        job.tries += 1
        job.beat_at = now
        job.save(update_fields=["tries", "beat_at"])
    # Nobody waits for the row while somebody else's server thinks.
    outcome = _make(job, now)
    return _settle(job, outcome, now)


def body_path(job: Export) -> str:
    return storage.path_of(job.workspace_id, "exports", job.pk, "call.json")


def call_id(job: Export) -> UUID:
    return uuid5(job.pk, str(job.parts))


def _pack(job: Export, now: datetime, at_once: int) -> None:
    job.beat_at = now
    if job.parts and not job.cursor:
        _end(job, now)
        return
    request = Request(job.workspace, job.columns, job.filters, job.masked, job.created_at)
    page = source_of(job.kind).page(request, job.cursor, at_once)
    if not page.rows:
        _end(job, now)
        return
    rows = [dict(zip(job.names, row, strict=True)) for row in page.rows]
    body = orjson.dumps({"export": str(job.pk), "kind": job.kind, "call": job.parts + 1, "rows": rows})
    # Stored before it is noted: a worker killed in between packs the same call again.
    storage.put(body_path(job), io.BytesIO(body))
    job.packed = {"rows": len(rows), "cursor": page.cursor}
    job.tries = 0
    job.save(update_fields=["packed", "tries", "beat_at"])


def _end(job: Export, now: datetime) -> None:
    storage.remove(body_path(job))
    job.state, job.finished_at = ExportState.DONE, now
    job.save(update_fields=["state", "finished_at", "beat_at"])


def _make(job: Export, now: datetime) -> Outcome:
    if port.make is None:
        raise NotConnected("Nobody has said who makes calls.")
    with storage.opened(body_path(job)) as stored:
        body = stored.read()
    return port.make(Call(job.workspace_id, call_id(job), job.url, body, job.tries), now)


def _settle(made: Export, outcome: Outcome, now: datetime) -> bool:
    with transaction.atomic():
        job = Export.objects.select_for_update(of=("self",)).get(pk=made.pk)
        if job.state != ExportState.RUNNING or job.parts != made.parts or job.packed is None:
            return False  # cancelled, or another worker has heard the answer
        job.beat_at = now
        job.error, job.not_before = outcome.reason, None
        if outcome.kind == "success":
            job.parts, job.done, job.cursor = job.parts + 1, job.done + job.packed["rows"], job.packed["cursor"]
            job.packed, job.failures = None, 0
        elif outcome.kind == "retry" and outcome.again_after is not None:
            job.failures, job.not_before = job.tries, now + outcome.again_after
        else:
            job.state, job.finished_at, job.failures = ExportState.FAILED, now, job.tries
        job.save()
    if job.state == ExportState.FAILED:
        storage.remove(body_path(job))
    return job.state == ExportState.RUNNING and job.not_before is None
