"""Is this process alive, is it ready, and what has it done: for a supervisor, a balancer and Prometheus."""

import logging
import os
import socket

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

log = logging.getLogger(__name__)


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the process answers at all."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every dependency answers, else 503; the body names each with `ok` or `unavailable`."""
    checks = {"database": _database(), "temporal": _temporal()}
    ready = all(checks.values())
    body = {
        "status": "ok" if ready else "unavailable",
        "checks": {name: "ok" if well else "unavailable" for name, well in checks.items()},
    }
    return JsonResponse(body, status=200 if ready else 503)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures of this process, or of all web processes together, in Prometheus's text format."""
    registry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        # https://prometheus.github.io/client_python/multiprocess/
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # untyped
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        log.warning("The database does not answer.", exc_info=True)
        return False
    return True


def _temporal() -> bool:
    # The variable is the SDK's own; a connection that is accepted is enough to say that somebody is there.
    address = os.environ.get("TEMPORAL_ADDRESS") or f"127.0.0.1:{settings.TEMPORAL_PORT}"
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=1).close()
    except (OSError, ValueError):
        log.warning("Temporal does not answer at %s.", address)
        return False
    return True
