"""Mail addresses as they go over the wire (RFC 5321, 5890, 6531)."""

import re
from dataclasses import dataclass

MOST_OCTETS, MOST_LOCAL_OCTETS = 254, 64
# A dot-atom (RFC 5322, section 3.2.3) that may have letters of any script (RFC 6531); quoted local parts are not sent to.
_LOCAL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+)*"
)
_HOST = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


class BadAddress(ValueError):
    """Not an address that mail can be sent to."""

    code = "bad_address"


@dataclass(frozen=True, slots=True)
class WireAddress:
    """`utf8`: only a server with SMTPUTF8 takes it, because its local part has no ASCII form."""

    local: str
    domain: str

    @property
    def utf8(self) -> bool:
        return not self.local.isascii()

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"


def wire_domain(domain: str) -> str:
    """Return a domain's ASCII form. Raises BadAddress."""
    try:
        encoded = domain.encode("idna").decode().lower()
    except UnicodeError as error:
        raise BadAddress("the domain has no IDNA form") from error
    if not _HOST.fullmatch(encoded):
        raise BadAddress("the domain is not one")
    return encoded


def wire_address(address: str) -> WireAddress:
    """Read an address; its domain becomes ASCII. Raises BadAddress."""
    local, at, domain = address.rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or any("\ud800" <= character <= "\udfff" for character in local):
        raise BadAddress("the part before @ is not one")
    wire = WireAddress(local, wire_domain(domain))
    if len(local.encode()) > MOST_LOCAL_OCTETS or len(str(wire).encode()) > MOST_OCTETS:
        raise BadAddress(f"an address has at most {MOST_OCTETS} octets, {MOST_LOCAL_OCTETS} of them before @")
    return wire
