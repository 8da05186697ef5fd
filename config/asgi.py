"""The web process: HTTP by Django, live numbers by websocket."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
http = get_asgi_application()

# Imported after Django is set up: they need its models.
from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402

from journeys.realtime.routing import urlpatterns  # noqa: E402
from journeys.runtime import nudges  # noqa: E402
from journeys.temporal.nudger import Nudger  # noqa: E402

nudges.connect(Nudger())

application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(urlpatterns))),  # type: ignore[arg-type]  # as in routing.py
    }
)
