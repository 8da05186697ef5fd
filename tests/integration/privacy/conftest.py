from tests.integration.channels_app.fixtures import simulator, simulator_url

__all__ = ["simulator", "simulator_url"]
