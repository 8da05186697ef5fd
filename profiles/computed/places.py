"""The zone of a workspace, whatever its setting says. Pure."""

from zoneinfo import ZoneInfo

from workspaces.localtime import UnknownZone, zone_of


def place_of(name: str) -> ZoneInfo:
    """The zone called `name`; Shanghai's where there is none, as SQL has it (`zhitu_zone`)."""
    try:
        return zone_of(name)
    except UnknownZone:
        return zone_of("Asia/Shanghai")
