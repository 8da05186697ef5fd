"""Errors of the API: one shape, `{"type", "errors": [{"code", "detail", "attr"}]}`, and a code for each."""

from rest_framework import exceptions, status


class PayloadTooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "The body is larger than this endpoint accepts."
    default_code = "payload_too_large"


class Conflict(exceptions.APIException):
    """The request was understood, but the thing's present state does not allow it."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = "The present state does not allow this."
    default_code = "conflict"
