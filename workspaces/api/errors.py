"""Errors of the API: one shape, `{"type", "errors": [{"code", "detail", "attr"}]}`, and a code for each."""

from rest_framework import exceptions, status


class PayloadTooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "The body is larger than this endpoint accepts."
    default_code = "payload_too_large"


class Unavailable(exceptions.APIException):
    """A dependency does not answer; the same request can be sent again, and is as idempotent as it always is."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "The service is not available now; try again."
    default_code = "unavailable"
    wait = 2


class Conflict(exceptions.APIException):
    """The request was understood, but the thing's present state does not allow it."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = "The present state does not allow this."
    default_code = "conflict"
