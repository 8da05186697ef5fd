"""Pages for customers; the composition root includes this under `/p/`, short because it is printed into messages."""

from django.urls import path

from profiles.web.preferences import PreferencesPage

urlpatterns = [path("<str:token>", PreferencesPage.as_view(), name="preferences")]
