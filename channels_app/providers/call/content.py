"""What may be said in a call: variables of a text that is read out, as Aliyun limits them.

https://help.aliyun.com/zh/vms/developer-reference/api-dyvmsapi-2017-05-25-singlecallbytts
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import orjson

from channels_app.providers.sms.content import variables

MOST_PARAM_CHARACTERS = 249  # of the whole JSON: the vendor wants less than 250
MOST_BODY_CHARACTERS = 500
LINK = re.compile(r"https?://|www\.", re.IGNORECASE)


class Fault(StrEnum):
    """Codes are Aliyun's own where it has one, so that a refusal reads the same whoever made it."""

    EMPTY = "isv.TTS_TEMPLATE_ILLEGAL"
    MISSING = "isv.TEMPLATE_MISSING_PARAMETERS"
    LENGTH = "isv.PARAM_LENGTH_LIMIT"
    URL = "isv.PARAM_NOT_SUPPORT_URL"
    CONTENT = "isv.TEMPLATE_PARAMS_ILLEGAL"


@dataclass(frozen=True, slots=True)
class ContentFault:
    fault: Fault
    detail: str


def check_body(body: str) -> ContentFault | None:
    """Check a text to be read out when it is written."""
    if not body.strip():
        return ContentFault(Fault.EMPTY, "there is nothing to say")
    if len(body) > MOST_BODY_CHARACTERS:
        return ContentFault(Fault.LENGTH, f"the text has {len(body)} characters, {MOST_BODY_CHARACTERS} are allowed")
    return None


def check_values(body: str, params: Mapping[str, str]) -> ContentFault | None:
    """Check the values of a text's variables before the call."""
    for name in variables(body):
        value = params.get(name, "")
        if not value.strip():
            return ContentFault(Fault.MISSING, f"variable {name} has no value")
        if LINK.search(value):
            return ContentFault(Fault.URL, f"variable {name} contains a link")
        if any(ord(character) > 0xFFFF for character in value):
            return ContentFault(Fault.CONTENT, f"variable {name} contains what cannot be read out")
    length = len(tts_param(body, params))
    if length > MOST_PARAM_CHARACTERS:
        return ContentFault(Fault.LENGTH, f"the variables have {length} characters, {MOST_PARAM_CHARACTERS} may have")
    return None


def tts_param(body: str, params: Mapping[str, str]) -> str:
    """Write the values of a text's variables, and no others, as the JSON that Aliyun counts."""
    return orjson.dumps({name: params.get(name, "") for name in variables(body)}).decode()
