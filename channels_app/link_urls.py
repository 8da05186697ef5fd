"""Short links; the composition root includes this under `/l/`."""

from django.urls import path

from channels_app.clicks import follow

urlpatterns = [path("<slug:code>", follow, name="short-link")]
