from typing import Any

from django.urls import path

from journeys.realtime.consumer import JourneyConsumer

# Django types `path` for HTTP views only; the router of Channels hands it ASGI applications.
journey: Any = JourneyConsumer.as_asgi()
urlpatterns: list[Any] = [path("ws/journeys/<uuid:journey>/", journey)]
