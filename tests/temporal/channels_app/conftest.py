from tests.integration.channels_app.simulated import account, registered, simulator, simulator_url

__all__ = ["account", "registered", "simulator", "simulator_url"]
