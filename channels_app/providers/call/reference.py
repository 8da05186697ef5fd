"""The short name by which vendors echo one try of one call.

Aliyun's OutId holds 15 bytes and a UUID takes 22 even in base 64, so what is sent is a digest. It is never turned
back: a report is matched by computing the reference of each call to the number it names, and a person has few.
"""

import hashlib
from uuid import UUID

LENGTH = 15
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def reference_of(message_id: UUID, attempt: UUID) -> str:
    """Return 15 characters of base 36 (77 bits of SHA-256) that name this attempt at this message."""
    number = int.from_bytes(hashlib.sha256(message_id.bytes + attempt.bytes).digest()) % 36**LENGTH
    digits = []
    for _ in range(LENGTH):
        number, digit = divmod(number, 36)
        digits.append(DIGITS[digit])
    return "".join(digits)
