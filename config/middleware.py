"""Middleware of which only a part of the site has need."""

from django.contrib.messages.middleware import MessageMiddleware
from django.http import HttpRequest

ADMIN = "admin/"


class AdminMessageMiddleware(MessageMiddleware):
    """Django's messages, for the admin only: to make their signer ready takes a twentieth of an API call's time."""

    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith(f"/{ADMIN}"):
            super().process_request(request)
