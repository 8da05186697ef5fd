"""The web process: HTTP by Django, live numbers by websocket."""

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator

from config.http import http_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# Loads the apps; what is imported below needs them.
http = http_application()

from journeys.realtime.routing import urlpatterns  # noqa: E402
from journeys.runtime import nudges  # noqa: E402
from journeys.temporal.nudger import Nudger  # noqa: E402

nudges.connect(Nudger())

websocket = AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(urlpatterns)))
application = ProtocolTypeRouter({"http": http, "websocket": websocket})
