"""Pages for people who have no account here; whoever has the link is let in."""

from django.urls import path

from journeys.web.task_page import TaskPage

urlpatterns = [path("<str:token>/", TaskPage.as_view(), name="staff-task")]
