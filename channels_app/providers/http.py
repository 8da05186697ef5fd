"""HTTP to providers: one client an account, and the line between "never left" and "nobody knows"."""

import logging

import httpx

from channels_app.providers.connections import KeptConnections
from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass

# At INFO httpx logs each address, and providers' addresses carry phone numbers.
logging.getLogger("httpx").setLevel(logging.WARNING)

TIMEOUT = httpx.Timeout(10.0, connect=3.0)
# Idle connections are dropped before any known server drops them (5 s or more), because a request written into a
# connection that the server is closing has an unknown outcome.
IDLE_SECONDS = 4.0
MOST_IDLE = 32
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol)


def open_client(base_url: str) -> httpx.Client:
    """Open a client that neither retries nor follows redirects nor reads proxy variables of the environment."""
    connections = KeptConnections(IDLE_SECONDS, MOST_IDLE)
    return httpx.Client(base_url=base_url, timeout=TIMEOUT, transport=connections, trust_env=False)


def exchange(client: httpx.Client, request: httpx.Request) -> httpx.Response:
    """Send once. Raises CallRefused if no byte left, CallOutcomeUnknown if the answer did not arrive whole."""
    try:
        return client.send(request)
    except NEVER_LEFT as error:
        raise CallRefused(ErrorClass.RETRY, "never_sent", type(error).__name__) from error
    except httpx.HTTPError as error:
        raise CallOutcomeUnknown("no_answer", type(error).__name__) from error
