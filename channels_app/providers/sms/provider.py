"""What the SMS vendors have in common: signatures, texts, variables, links and what is billed."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from channels_app.providers.base import BaseProvider, Outgoing, Refused
from channels_app.providers.errors import ErrorClass
from channels_app.providers.sms import content
from channels_app.providers.sms.content import ContentFault, Dialect, Fault

CODE_LENGTH = 8  # of a short link, see channels_app.links
HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.IGNORECASE)
KINDS = (content.OTP, content.NOTICE, content.PROMOTION)


class SmsProvider(BaseProvider):
    """`dialect` is the vendor's way of writing variables.

    Settings of an account: `sign_name`; `signatures`, the registry's states by name, which `open_provider` adds;
    `link_domain`, where the brand's short links live. Of a template: `sign_name` instead of the account's; `kind`, what
    the vendor approved it as; `links`, which variables are short links and where these lead.
    """

    dialect: ClassVar[Dialect]
    signs_messages: ClassVar[bool] = True

    def sign_of(self, message: Outgoing) -> str:
        return str(message.template.get("sign_name") or self.account.settings.get("sign_name", ""))

    def text(self, message: Outgoing) -> str:
        """Return the text as the phone shows it, with its signature."""
        return content.render(self.sign_of(message), message.template_body, message.params, self.dialect)

    def parts(self, message: Outgoing) -> int:
        return content.segments(self.text(message))

    def problems(self, message: Outgoing) -> Iterator[tuple[str, str]]:
        """Yield everything for which the vendor would refuse the message, as (code, detail)."""
        sign = self.sign_of(message)
        known = self.account.settings.get("signatures", {}).get(sign)
        if known and known["state"] != "approved":
            yield self.dialect.code(Fault.SIGN), f"signature {sign} is {known['state']}: {known['reason']}".rstrip(": ")
        for fault in content.problems(
            sign,
            message.template_body,
            message.params,
            self.dialect,
            str(message.template.get("kind", "")),
            self.account.settings.get("variable_length"),
        ):
            yield self.dialect.code(fault.fault), fault.detail
        for fault in self._misplaced_links(message):
            yield self.dialect.code(fault.fault), fault.detail

    def _misplaced_links(self, message: Outgoing) -> Iterator[ContentFault]:
        domain = self.account.settings.get("link_domain")
        for name in message.template.get("links", {}):
            if domain and not _led_by(message.template_body, f"{domain}/l/", name, self.dialect):
                yield ContentFault(Fault.LINK, f"variable {name} does not follow {domain}/l/ in the text")

    def check(self, message: Outgoing) -> Refused | None:
        problem = next(self.problems(message), None)
        return Refused(ErrorClass.CONTENT_PERMANENT, *problem) if problem else None

    @classmethod
    def problem_with(cls, settings: Mapping[str, Any]) -> str | None:
        domain, length = settings.get("link_domain"), settings.get("variable_length")
        if domain is not None and not (isinstance(domain, str) and HOST.fullmatch(domain)):
            return "link_domain is a host name such as s.example.cn."
        if length is not None and (isinstance(length, bool) or not isinstance(length, int) or not 1 <= length <= 500):
            return "variable_length is a number from 1 to 500."
        return content.problem_with_sign(settings.get("sign_name"))

    @classmethod
    def problem_with_template(cls, body: str, purpose: str, settings: Mapping[str, Any]) -> tuple[str, str, str] | None:
        if settings.get("kind", content.NOTICE) not in KINDS:
            return "settings", "invalid_kind", f"kind is one of {', '.join(KINDS)}"
        if "sign_name" in settings and (wrong := content.problem_with_sign(settings["sign_name"])):
            return "settings", cls.dialect.code(Fault.SIGN), wrong
        fault = content.check_body(body, purpose, cls.dialect, str(settings.get("kind", "")))
        if fault:
            return "body", cls.dialect.code(fault.fault), fault.detail
        return _problem_with_links(settings.get("links", {}), body, cls.dialect)

    @classmethod
    def variables(cls, body: str, settings: Mapping[str, Any]) -> list[str]:
        """Return the variables that a journey has to fill; short links fill themselves."""
        links = settings.get("links", {})
        return [name for name in cls.dialect.variables(body) if name not in links]


def _problem_with_links(links: Any, body: str, dialect: Dialect) -> tuple[str, str, str] | None:
    if not isinstance(links, dict):
        return "settings", "invalid_links", "links maps a variable to the address it leads to"
    for name, target in links.items():
        if target not in OWN_TARGETS and not is_web_address(target):
            return (
                "settings",
                "invalid_links",
                f"where {name} leads is no http or https address, unsubscribe or preferences",
            )
        if name not in dialect.variables(body):
            return "settings", "invalid_links", f"the text has no variable {name}"
        if not _led_by(body, "/l/", name, dialect):
            # Vendors refuse addresses in variables, so the approved text has the domain and the variable the code.
            return "body", str(Fault.LINK), f"variable {name} is a short link's code and follows its domain and /l/"
    return None


# Targets of a short link that are the person's own: the page that unsubscribes from this message, and the one where they
# see and change all their consents.
UNSUBSCRIBE, PREFERENCES = "unsubscribe", "preferences"
OWN_TARGETS = frozenset({UNSUBSCRIBE, PREFERENCES})


def _led_by(body: str, lead: str, name: str, dialect: Dialect) -> bool:
    places = [match.start() for match in dialect.variable.finditer(body) if match[1] == name]
    return bool(places) and all(body[:place].endswith(lead) for place in places)


def is_web_address(target: object) -> bool:
    """Tell whether a short link may lead there: http or https, a host, no credentials.

    Braces are refused, too: everybody's link leads to one place, so that no address holds what is somebody's own.
    """
    if (
        not isinstance(target, str)
        or len(target) > 2000
        or any(c.isspace() or ord(c) < 32 or c in "{}" for c in target)
    ):
        return False
    try:
        parts = urlsplit(target)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False
