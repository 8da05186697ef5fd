"""How an error becomes an answer."""

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from drf_standardized_errors.formatter import ExceptionFormatter as StandardFormatter
from drf_standardized_errors.handler import ExceptionHandler as StandardHandler
from rest_framework import exceptions

from workspaces.api.errors import PayloadTooLarge, Unavailable
from workspaces.errors import DomainError

log = logging.getLogger(__name__)


class DomainAPIException(exceptions.APIException):
    """A DomainError on its way out, with the status it asks for."""

    def __init__(self, error: DomainError) -> None:
        detail = exceptions.ErrorDetail(error.detail, error.code)
        self.detail = {error.attr: [detail]} if error.attr else [detail]
        self.status_code = error.status


class DomainValidationError(DomainAPIException, exceptions.ValidationError):
    """The same for status 400: something in the request is at fault."""


class ExceptionHandler(StandardHandler):
    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, DomainError):
            return (DomainValidationError if exc.status == 400 else DomainAPIException)(exc)
        if isinstance(exc, RequestDataTooBig):
            return PayloadTooLarge()
        if isinstance(exc, OperationalError | InterfaceError):
            log.error("The database did not answer a request.", exc_info=exc)
            return Unavailable()
        return super().convert_known_exceptions(exc)


class ExceptionFormatter(StandardFormatter):
    """Adds to the standard body what the error brings along, such as the issues of a graph."""

    def format_error_response(self, error_response: Any) -> Any:
        body = super().format_error_response(error_response)
        return body | self.original_exc.extra if isinstance(self.original_exc, DomainError) else body
