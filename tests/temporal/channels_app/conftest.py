from tests.integration.channels_app.fixtures import account, registered, simulator, simulator_url

__all__ = ["account", "registered", "simulator", "simulator_url"]
