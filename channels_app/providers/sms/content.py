"""What an SMS may contain, and how many parts it is billed as, for vendors whose rules differ in figures only.

Sources: Aliyun, 短信内容长度计算 and 变量规范; Tencent Cloud, 短信模板审核标准 and 国内短信内容长度计算规则. Numbers as of
2026-11-01.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

SINGLE_PART = 70
PART = 67
MOST_CHARACTERS = 500
OPT_OUT_SUFFIX = "拒收请回复R"
SIGN = re.compile(r"[一-鿿A-Za-z0-9]{2,12}")
URL = re.compile(r"(https?://|www\.)\S|\b[a-z0-9-]+\.(com|cn|net|org|top|vip|cc|me|io)\b", re.IGNORECASE)
FORBIDDEN = frozenset("¥★☞✓※")
# Letters, digits and Chinese: no address, no emoji, no forbidden sign.
PLAIN = re.compile(r"[0-9A-Za-z一-鿿，。！、]+")
FORBIDDEN_TEXTS = ("^_^",)
OTP, NOTICE, PROMOTION = "otp", "notice", "marketing"
MARKETING = "marketing"


class Fault(StrEnum):
    """Codes are Aliyun's own where it has one, so that a refusal reads the same whoever made it."""

    MISSING = "isv.TEMPLATE_MISSING_PARAMETERS"
    VARIABLE_LENGTH = "isv.PARAM_LENGTH_LIMIT"
    VARIABLE_FORMAT = "isv.TEMPLATE_PARAMS_ILLEGAL"
    URL = "isv.PARAM_NOT_SUPPORT_URL"
    CONTENT = "isv.SMS_CONTENT_ILLEGAL"
    SIGN = "isv.SMS_SIGNATURE_ILLEGAL"
    NO_OPT_OUT = "marketing_without_opt_out"
    WRONG_KIND = "marketing_by_other_template"
    VARIABLES = "variables_out_of_order"
    LINK = "link_not_in_text"


@dataclass(frozen=True, slots=True)
class ContentFault:
    fault: Fault
    detail: str


@dataclass(frozen=True, slots=True, eq=False)
class Dialect:
    """How one vendor writes variables and what it lets them hold. `codes` are its own where they differ."""

    variable: re.Pattern[str]
    most_in_variable: int
    otp: re.Pattern[str]
    numbered: bool = False
    codes: Mapping[Fault, str] = field(default_factory=dict)

    def code(self, fault: Fault) -> str:
        return self.codes.get(fault, str(fault))

    def variables(self, body: str) -> list[str]:
        """Return the names of a template's variables, in order, each once."""
        names = list(dict.fromkeys(self.variable.findall(body)))
        return sorted(names, key=int) if self.numbered else names

    def fill(self, body: str, params: Mapping[str, str]) -> str:
        """Return the text with its variables filled. A variable without a value stays as written."""
        return self.variable.sub(lambda match: params.get(match[1], match[0]), body)


ALIYUN = Dialect(re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}"), 35, re.compile(r"[0-9A-Za-z]{4,6}"))


def problem_with_sign(sign_name: object) -> str | None:
    """Say what is wrong with a signature, None if it is in order."""
    if isinstance(sign_name, str) and SIGN.fullmatch(sign_name):
        return None
    return "sign_name has 2 to 12 Chinese characters, letters or digits."


def variables(body: str, dialect: Dialect = ALIYUN) -> list[str]:
    return dialect.variables(body)


def render(sign_name: str, body: str, params: Mapping[str, str], dialect: Dialect = ALIYUN) -> str:
    """Return the text as the phone shows it."""
    return f"【{sign_name}】" + dialect.fill(body, params)


def segments(text: str) -> int:
    """Count billed parts: every character counts as one, up to 70 are one part, longer texts have parts of 67."""
    return 1 if len(text) <= SINGLE_PART else -(-len(text) // PART)


def check_body(body: str, purpose: str, dialect: Dialect = ALIYUN, kind: str = "") -> ContentFault | None:
    """Check a template's text when it is written. `kind` is what the vendor has approved it as, if that is known."""
    if "【" in body or "】" in body:
        return ContentFault(Fault.CONTENT, "the text contains 【 or 】, which only the signature may")
    wrong = _unsendable(body)
    if wrong:
        return ContentFault(Fault.CONTENT, f"the text contains {wrong}")
    if purpose == MARKETING and not body.endswith(OPT_OUT_SUFFIX):
        return ContentFault(Fault.NO_OPT_OUT, f"a marketing text ends with {OPT_OUT_SUFFIX}")
    if purpose == MARKETING and kind in (OTP, NOTICE):
        return ContentFault(Fault.WRONG_KIND, f"marketing does not go out by a template approved as {kind}")
    return _misnumbered(body, dialect) if dialect.numbered else None


def _misnumbered(body: str, dialect: Dialect) -> ContentFault | None:
    numbers = [int(name) for name in dialect.variables(body)]
    if numbers != list(range(1, len(numbers) + 1)):
        return ContentFault(Fault.VARIABLES, "variables are numbered {1}, {2}, … without a gap")
    if dialect.variable.fullmatch(body.strip()):
        return ContentFault(Fault.VARIABLES, "a text cannot be one variable only")
    found = list(dialect.variable.finditer(body))
    if any(first.end() == second.start() for first, second in pairwise(found)):
        return ContentFault(Fault.VARIABLES, "two variables cannot stand side by side")
    return None


def problems(
    sign_name: str,
    body: str,
    params: Mapping[str, str],
    dialect: Dialect = ALIYUN,
    kind: str = "",
    most_in_variable: int | None = None,
) -> Iterator[ContentFault]:
    """Check what a template and its values become, before they are sent; yield every fault."""
    most = most_in_variable or dialect.most_in_variable
    names, rest = _skeleton(sign_name, body, dialect)
    values = [params.get(name, "") for name in names]
    plain = kind != OTP and all(v and len(v) <= most and PLAIN.fullmatch(v) for v in values)
    if plain and rest is not None and rest + sum(map(len, values)) <= MOST_CHARACTERS:
        # Nearly every message: nothing in its values could be at fault.
        return
    if not SIGN.fullmatch(sign_name):
        yield ContentFault(Fault.SIGN, "a signature has 2 to 12 Chinese characters, letters or digits")
    for name in dialect.variables(body):
        fault = _problem_with_value(name, params.get(name, ""), most, dialect.otp if kind == OTP else None)
        if fault:
            yield fault
    length = len(render(sign_name, body, params, dialect))
    if length > MOST_CHARACTERS:
        yield ContentFault(Fault.CONTENT, f"the text has {length} characters, {MOST_CHARACTERS} are allowed")


@lru_cache(maxsize=4096)
def _skeleton(sign_name: str, body: str, dialect: Dialect) -> tuple[tuple[str, ...], int | None]:
    """The variables as often as they occur, and the length of the text around them; None if the signature is at fault."""
    names = tuple(dialect.variable.findall(body))
    around = len(render(sign_name, dialect.variable.sub("", body), {}, dialect))
    return names, around if SIGN.fullmatch(sign_name) else None


def _problem_with_value(name: str, value: str, most: int, otp: re.Pattern[str] | None) -> ContentFault | None:
    if not value.strip():
        return ContentFault(Fault.MISSING, f"variable {name} has no value")
    if len(value) > most:
        return ContentFault(Fault.VARIABLE_LENGTH, f"variable {name} has {len(value)} characters, {most} are allowed")
    if URL.search(value):
        return ContentFault(Fault.URL, f"variable {name} contains a link")
    wrong = _unsendable(value)
    if wrong:
        return ContentFault(Fault.CONTENT, f"variable {name} contains {wrong}")
    if otp and not otp.fullmatch(value):
        return ContentFault(Fault.VARIABLE_FORMAT, f"variable {name} is no verification code")
    return None


def check_message(
    sign_name: str, body: str, params: Mapping[str, str], dialect: Dialect = ALIYUN, kind: str = ""
) -> ContentFault | None:
    """Return the first fault of `problems`, None if there is none."""
    return next(problems(sign_name, body, params, dialect, kind), None)


def _unsendable(text: str) -> str | None:
    for character in text:
        if character in FORBIDDEN or ord(character) > 0xFFFF or 0xD800 <= ord(character) <= 0xDFFF:
            return f"U+{ord(character):04X}"
    return next((wrong for wrong in FORBIDDEN_TEXTS if wrong in text), None)
