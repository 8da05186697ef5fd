"""The plays that come with Zhitu: one file each in `data/`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from journeys.plays.play import Play
from workspaces.errors import DomainError

DATA = Path(__file__).parent / "data"


class UnknownPlay(DomainError):
    """There is no such play, here or among the workspace's own."""

    def __init__(self) -> None:
        super().__init__("unknown_play", "There is no such play.", status=404)


@cache
def plays() -> Mapping[str, Play]:
    """Every play by its key, in the order of the gallery. Raises ValidationError for a file that is none."""
    read = [Play.model_validate_json(path.read_bytes()) for path in DATA.glob("*.json")]
    return {play.key: play for play in sorted(read, key=lambda play: play.order)}
