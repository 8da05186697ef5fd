"""The web process: HTTP by Django, live numbers by websocket."""

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DATABASE_POOL", "1")

# Loads the apps; what is imported below needs them.
http = get_asgi_application()

from journeys.realtime.routing import urlpatterns  # noqa: E402
from journeys.runtime import nudges  # noqa: E402
from journeys.temporal.nudger import Nudger  # noqa: E402

nudges.connect(Nudger())

websocket = AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(urlpatterns)))
application = ProtocolTypeRouter({"http": http, "websocket": websocket})
