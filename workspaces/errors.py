"""Errors of the domain: what a caller did that cannot be done, with a code that can be looked up."""

from collections.abc import Mapping
from typing import Any


class DomainError(Exception):
    """Base of every error that a service raises because of what it was asked to do.

    `code` is stable and documented; `detail` is for a person; `attr` names the field at fault, dotted; `status` is the
    HTTP status it is answered with; `extra` joins the body of that answer (the issues of a graph, say).
    """

    def __init__(
        self,
        code: str,
        detail: str,
        attr: str | None = None,
        status: int = 400,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.attr = attr
        self.status = status
        self.extra = extra or {}
