"""Which replies refuse further messages.

Marketing texts say 拒收请回复R, older ones 回T退订 or 回TD退订 (工信部令31号: whoever refuses is to be left alone at once).
"""

import unicodedata

WORDS = frozenset({"R", "T", "TD", "退订"})
AROUND = " \t\r\n\u3000\ufeff\u200b.。,，!！"


def refuses(content: str) -> bool:
    """Tell whether a reply is one of the words, in either case and width, with blanks or a full stop around it."""
    return unicodedata.normalize("NFKC", content).strip(AROUND).upper() in WORDS
