"""What goes with a message's text: a link, a page of a mini-program, a card, a picture."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TITLES = ("title", "desc", "media", "pic_media")
PLACES = ("url", "pagepath", "page", "pic_url", "picurl")


@dataclass(frozen=True, slots=True)
class Enclosed:
    """`kind` is the vendor's word for it, `title` what a person reads on it, `place` where it leads to; both may be empty."""

    kind: str
    title: str
    place: str


def enclosed(kind: str, part: object) -> Enclosed:
    """Read a part of a vendor's body, whose values are filled in already."""
    known: Mapping[str, Any] = part if isinstance(part, Mapping) else {}
    main = known.get("main_title")
    # A template card of WeCom has its title, and where a touch of it leads to, one level down.
    title = main.get("title") if isinstance(main, Mapping) else _first(known, TITLES)
    action = known.get("card_action")
    place = _first(action, PLACES) if isinstance(action, Mapping) else _first(known, PLACES)
    return Enclosed(kind, str(title or ""), str(place))


def _first(part: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((str(part[name]) for name in names if part.get(name)), "")
