"""The eight classes of RFM: which of recency, frequency and monetary value are high. Pure.

RFM as such is direct marketing's (Hughes, A. M., 1994: Strategic Database Marketing). The table of eight names is the one that
Chinese CRM practice shares (R高F高M高 重要价值 ... R低F低M低 一般挽留); docs/reference/computed.md has it with its sources.
"""

from typing import Final, NamedTuple


class RfmClass(NamedTuple):
    """A class: its code, its names, and whether R, F and M are high."""

    code: str
    zh: str
    en: str
    r: bool
    f: bool
    m: bool


CLASSES: Final = (
    RfmClass("important_value", "重要价值客户", "Important, valuable", r=True, f=True, m=True),
    RfmClass("important_develop", "重要发展客户", "Important, to develop", r=True, f=False, m=True),
    RfmClass("important_keep", "重要保持客户", "Important, to keep", r=False, f=True, m=True),
    RfmClass("important_retain", "重要挽留客户", "Important, to win back", r=False, f=False, m=True),
    RfmClass("general_value", "一般价值客户", "General, valuable", r=True, f=True, m=False),
    RfmClass("general_develop", "一般发展客户", "General, to develop", r=True, f=False, m=False),
    RfmClass("general_keep", "一般保持客户", "General, to keep", r=False, f=True, m=False),
    RfmClass("general_retain", "一般挽留客户", "General, to win back", r=False, f=False, m=False),
)
_BY_HIGH: Final = {(one.r, one.f, one.m): one for one in CLASSES}


def class_of(r: bool, f: bool, m: bool) -> RfmClass:
    return _BY_HIGH[r, f, m]
