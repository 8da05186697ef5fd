"""What an SMS may contain, and how many parts it is billed as.

Sources: Aliyun, 短信内容长度计算 and 变量规范; Tencent Cloud, 短信模板审核标准. Numbers as of 2026-11-01.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

SINGLE_PART = 70
PART = 67
MOST_CHARACTERS = 500
MOST_IN_VARIABLE = 35
OPT_OUT_SUFFIX = "拒收请回复R"
VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
SIGN = re.compile(r"[一-鿿A-Za-z0-9]{2,12}")
URL = re.compile(r"(https?://|www\.)\S|\b[a-z0-9-]+\.(com|cn|net|org|top|vip|cc|me|io)\b", re.IGNORECASE)
FORBIDDEN = frozenset("¥★☞✓※")


class Fault(StrEnum):
    """Codes are Aliyun's own where it has one, so that a refusal reads the same whoever made it."""

    MISSING = "isv.TEMPLATE_MISSING_PARAMETERS"
    VARIABLE_LENGTH = "isv.PARAM_LENGTH_LIMIT"
    URL = "isv.PARAM_NOT_SUPPORT_URL"
    CONTENT = "isv.SMS_CONTENT_ILLEGAL"
    SIGN = "isv.SMS_SIGNATURE_ILLEGAL"
    NO_OPT_OUT = "marketing_without_opt_out"


@dataclass(frozen=True, slots=True)
class ContentFault:
    fault: Fault
    detail: str


def problem_with_sign(sign_name: object) -> str | None:
    """Say what is wrong with a signature, None if it is in order."""
    if isinstance(sign_name, str) and SIGN.fullmatch(sign_name):
        return None
    return "sign_name has 2 to 12 Chinese characters, letters or digits."


def variables(body: str) -> list[str]:
    """Return the names of a template's `${name}` variables, in order, each once."""
    return list(dict.fromkeys(VARIABLE.findall(body)))


def render(sign_name: str, body: str, params: Mapping[str, str]) -> str:
    """Return the text as the phone shows it. A variable without a value stays as written."""
    return f"【{sign_name}】" + VARIABLE.sub(lambda match: params.get(match[1], match[0]), body)


def segments(text: str) -> int:
    """Count billed parts: every character counts as one, up to 70 are one part, longer texts have parts of 67."""
    return 1 if len(text) <= SINGLE_PART else -(-len(text) // PART)


def check_body(body: str, purpose: str) -> ContentFault | None:
    """Check a template's text when it is written."""
    if "【" in body or "】" in body:
        return ContentFault(Fault.CONTENT, "the text contains 【 or 】, which only the signature may")
    wrong = _unsendable(body)
    if wrong:
        return ContentFault(Fault.CONTENT, f"the text contains {wrong}")
    if purpose == "marketing" and not body.endswith(OPT_OUT_SUFFIX):
        return ContentFault(Fault.NO_OPT_OUT, f"a marketing text ends with {OPT_OUT_SUFFIX}")
    return None


def check_message(sign_name: str, body: str, params: Mapping[str, str]) -> ContentFault | None:
    """Check what a template and its values become, before they are sent."""
    if not SIGN.fullmatch(sign_name):
        return ContentFault(Fault.SIGN, "a signature has 2 to 12 Chinese characters, letters or digits")
    for name in variables(body):
        value = params.get(name, "")
        if not value:
            return ContentFault(Fault.MISSING, f"variable {name} has no value")
        if len(value) > MOST_IN_VARIABLE:
            return ContentFault(
                Fault.VARIABLE_LENGTH, f"variable {name} has {len(value)} characters, {MOST_IN_VARIABLE} are allowed"
            )
        if URL.search(value):
            return ContentFault(Fault.URL, f"variable {name} contains a link")
        wrong = _unsendable(value)
        if wrong:
            return ContentFault(Fault.CONTENT, f"variable {name} contains {wrong}")
    length = len(render(sign_name, body, params))
    if length > MOST_CHARACTERS:
        return ContentFault(Fault.CONTENT, f"the text has {length} characters, {MOST_CHARACTERS} are allowed")
    return None


def _unsendable(text: str) -> str | None:
    for character in text:
        if character in FORBIDDEN or ord(character) > 0xFFFF or 0xD800 <= ord(character) <= 0xDFFF:
            return f"U+{ord(character):04X}"
    return None
