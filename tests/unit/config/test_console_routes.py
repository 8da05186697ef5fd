import re

import pytest
from django.conf import settings
from django.urls import resolve

ROUTES = settings.BASE_DIR / "frontend" / "src" / "app" / "routes.tsx"
PATHS = sorted(set(re.findall(r'path: "(/[^"]*)"', ROUTES.read_text(encoding="utf-8"))))


def test_the_routes_were_found() -> None:
    assert {"/", "/login", "/journeys/:id"} <= set(PATHS)


@pytest.mark.parametrize("path", PATHS)
def test_every_page_of_the_console_is_served_when_its_address_is_opened(path: str) -> None:
    assert resolve(re.sub(r":\w+", "01a2", path)).url_name == "console"
