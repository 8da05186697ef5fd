from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from workspaces.models import Workspace


@pytest.fixture
def workspace(db: None) -> Workspace:
    from workspaces.models import Workspace

    return Workspace.objects.create(slug="shop", name="Shop")
