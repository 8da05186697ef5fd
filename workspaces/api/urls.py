from django.urls import path

from workspaces.api.session import SessionView

urlpatterns = [path("session/", SessionView.as_view(), name="session")]
