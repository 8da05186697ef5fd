from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView

from config import console, docs, health, unknown
from config.middleware import ADMIN

urlpatterns = [
    path(ADMIN, admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", docs.docs, name="docs"),
    path("api/v1/", include("workspaces.api.urls")),
    path("api/v1/", include("profiles.api.urls")),
    path("api/v1/", include("channels_app.api.urls")),
    path("api/v1/", include("journeys.api.urls")),
    path("callbacks/", include("channels_app.urls")),
    path("u/", include("channels_app.unsubscribe_urls")),
    path("l/", include("channels_app.link_urls")),
    path("p/", include("profiles.web.urls")),
    path("t/", include("journeys.web.urls")),
    path("v1/", include("profiles.api.tracking_urls")),
    re_path(r"^(?:api|v1|callbacks)(?:/|$)", unknown.unknown),
    # The console is one page whose own router reads the rest of the path.
    re_path(
        r"^(?:dashboard|exports|login|messages|phone|review|tags|tasks"
        r"|(?:channels|events|identities|imports|journeys|people|plays|profiles|segments|settings)(?:/.*)?)?$",
        console.console,
        name="console",
    ),
]
