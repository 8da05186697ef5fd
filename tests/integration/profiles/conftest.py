import pytest

from workspaces.models import Workspace


@pytest.fixture
def workspace(db: None) -> Workspace:
    return Workspace.objects.create(slug="shop", name="Shop")
