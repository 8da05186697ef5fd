"""Paths under /api, /v1 and /callbacks that lead nowhere."""

from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.urls import resolve
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt  # A view found by its other spelling checks for itself; the answer 404 changes nothing.
def unknown(request: HttpRequest) -> HttpResponseBase:
    """Answer as the path with, or without, its last slash does; else 404 in the shape of every other error.

    Django would redirect a missing slash, and so lose the body of a POST.
    """
    path = request.path_info
    other = path.removesuffix("/") if path.endswith("/") else path + "/"
    try:
        match = resolve(other)
    except Http404:
        match = None
    if match and match.func is not unknown:
        request.path_info = other
        request.path = request.path.removesuffix("/") if path.endswith("/") else request.path + "/"
        return match.func(request, *match.args, **match.kwargs)  # type: ignore[no-any-return]  # any view
    error = {"code": "not_found", "detail": "There is nothing at this path.", "attr": None}
    return JsonResponse({"type": "client_error", "errors": [error]}, status=404)
