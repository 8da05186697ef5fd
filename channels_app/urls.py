"""Callbacks of providers; the composition root includes this under `/callbacks/`."""

from django.urls import path

from channels_app.callbacks import Callback

urlpatterns = [
    path("<str:token>/<slug:channel>/<slug:vendor>/<slug:kind>/", Callback.as_view(), name="provider-callback"),
]
