"""Real servers for every test: PostgreSQL from the start, Temporal when a test asks for it."""

import pytest
from hypothesis import HealthCheck, settings

from tests.services.session import ServicesSession

pytest_plugins = ["tests.services.database", "tests.services.flush", "tests.services.live", "tests.services.temporal"]
services = ServicesSession()

# The same examples in every run, and no judgement by how long a busy machine takes over one: a change is judged by what it is.
# `pytest --hypothesis-profile=default` looks for new examples.
settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("same")


# Before pytest-django reads the settings, which it does last in this hook: they name the database. For the same reason
# DJANGO_SETTINGS_MODULE is set here and not in pyproject.toml, from which it would be read before this file.
@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    # A process of pytest-xdist finds everything in the environment that the first process gave it.
    if not hasattr(config, "workerinput"):
        services.start(database=not config.option.collectonly)


def pytest_unconfigure() -> None:
    services.stop()


# The scripts in the browser take longest: begun last, they would keep one process at it while the others have nothing left.
@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: "e2e" not in item.path.parts)
