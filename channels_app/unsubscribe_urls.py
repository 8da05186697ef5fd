"""The way out of mails; the composition root includes this under `/u/`, as short as what is printed into mails must be."""

from django.urls import path

from channels_app.unsubscribe import Unsubscribe

urlpatterns = [path("<str:token>", Unsubscribe.as_view(), name="unsubscribe")]
