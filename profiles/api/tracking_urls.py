from django.urls import path

from profiles.api.tracking import BatchView, MessageView
from profiles.tracking import KINDS

urlpatterns = [
    path("batch", BatchView.as_view(), name="batch"),
    *(path(kind, MessageView.as_view(kind=kind), name=kind) for kind in KINDS),
]
