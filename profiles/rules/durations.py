"""ISO 8601 durations."""

import re
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple

from profiles.rules.wording import WordedFault

_PATTERN = re.compile(
    r"P(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,5})M)?(?:(?P<weeks>\d{1,5})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?:(?P<hours>\d{1,7})H)?(?:(?P<minutes>\d{1,8})M)?(?:(?P<seconds>\d{1,9}(?:\.\d{1,6})?)S)?)?",
    re.ASCII,
)


# Longer than any journey or memory of one, and short enough for every instant to stay on the calendar.
LONGEST = timedelta(days=36_525)


class InvalidDuration(WordedFault):
    """The text is not an ISO 8601 duration such as P3D or PT2H30M, or it is longer than 100 years."""

    code = "invalid_duration"


class Duration(NamedTuple):
    """Calendar months and days, whose length in hours depends on the zone, and an exact rest."""

    months: int
    days: int
    exact: timedelta

    @property
    def fixed(self) -> timedelta:
        """The length with days of 24 hours and months of 30 days, as rules count windows."""
        return timedelta(days=self.months * 30 + self.days) + self.exact

    @property
    def is_zero(self) -> bool:
        return not (self.months or self.days or self.exact)


def parse(text: str) -> Duration:
    """Read an ISO 8601 duration. Raises InvalidDuration."""
    # What came in as JSON may be anything.
    return _parse(text if isinstance(text, str) else "")


@lru_cache(maxsize=4096)
def _parse(text: str) -> Duration:
    match = _PATTERN.fullmatch(text)
    if match is None or text.endswith("T") or text == "P":
        raise InvalidDuration(
            f"{text!r} 不是时长，应写成 P3D 或 PT2H30M 这样",
            f"{text!r} is not an ISO 8601 duration such as P3D or PT2H30M.",
        )
    part = {name: value or "0" for name, value in match.groupdict().items()}
    duration = Duration(
        months=int(part["years"]) * 12 + int(part["months"]),
        days=int(part["weeks"]) * 7 + int(part["days"]),
        exact=timedelta(hours=int(part["hours"]), minutes=int(part["minutes"]), seconds=float(part["seconds"])),
    )
    if duration.fixed > LONGEST:
        raise InvalidDuration(f"{text!r} 超过了 100 年", f"{text!r} is longer than 100 years.")
    return duration


def parse_offset(text: str) -> Duration:
    """Read an ISO 8601 duration that may point backwards, such as -P3D. Raises InvalidDuration."""
    if not isinstance(text, str) or not text.startswith("-"):
        return parse(text)
    forward = parse(text[1:])
    return Duration(-forward.months, -forward.days, -forward.exact)
