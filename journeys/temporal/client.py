"""The connection to Temporal, by the SDK's own environment configuration."""

import os

from django.conf import settings
from temporalio.client import Client
from temporalio.envconfig import ClientConfig


async def connect(*, lazy: bool = False) -> Client:
    """Connect to TEMPORAL_ADDRESS (else the embedded server), with TEMPORAL_NAMESPACE, TEMPORAL_API_KEY and TLS.

    With `lazy` the connection is made at the first call, so that a process starts while Temporal is down.
    """
    config = ClientConfig.load_client_connect_config()
    if not os.environ.get("TEMPORAL_ADDRESS"):
        config["target_host"] = f"127.0.0.1:{settings.TEMPORAL_PORT}"
    return await Client.connect(**config, lazy=lazy)
