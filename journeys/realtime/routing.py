from django.urls import path

from journeys.realtime.consumer import JourneyConsumer

urlpatterns = [path("ws/journeys/<uuid:journey>/", JourneyConsumer.as_asgi())]
