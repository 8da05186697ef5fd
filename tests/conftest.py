"""Real servers for every test: PostgreSQL from the start, Temporal when a test asks for it."""

import pytest

from tests.services.session import ServicesSession

pytest_plugins = ["tests.services.live", "tests.services.temporal"]
services = ServicesSession()


# Before pytest-django reads the settings, which it does last in this hook: they name the database. For the same reason
# DJANGO_SETTINGS_MODULE is set here and not in pyproject.toml, from which it would be read before this file.
@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    # A process of pytest-xdist finds everything in the environment that the first process gave it.
    if not hasattr(config, "workerinput"):
        services.start(database=not config.option.collectonly)


def pytest_unconfigure() -> None:
    services.stop()
