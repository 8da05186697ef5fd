"""Vendors whose SDKs know no path in an endpoint share `/`; their requests differ in headers."""

from collections.abc import Awaitable, Callable

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Scope


class RootRoute(Route):
    """`/`, for requests of whose headers `when` is true. A vendor's routes come before Aliyun SMS, which takes the rest."""

    def __init__(self, endpoint: Callable[[Request], Awaitable[Response]], *, when: Callable[[Headers], bool]) -> None:
        super().__init__("/", endpoint, methods=["GET", "POST"])
        self._when = when

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child = super().matches(scope)
        if match is Match.NONE or not self._when(Headers(scope=scope)):
            return Match.NONE, {}
        return match, child
