from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document as a page. It is a page of our own: Swagger UI would come from a CDN, or as a dependency."""
    return render(request, "config/docs.html")
