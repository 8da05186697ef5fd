"""Which replies refuse further messages.

Marketing texts say 拒收请回复R, older ones 回T退订 or 回TD退订 (工信部令31号: whoever refuses is to be left alone at once).
"""

import unicodedata
from collections.abc import Collection

WORDS = frozenset({"R", "T", "TD", "退订"})
AROUND = " \t\r\n\u3000\ufeff\u200b.。,，!！"


# In a conversation a single letter may mean anything.
WORDS_OF_A_CHAT = frozenset({"TD", "退订"})


def refuses(content: str, words: Collection[str] = WORDS) -> bool:
    """Tell whether a reply is one of the words, in either case and width, with blanks or a full stop around it."""
    return unicodedata.normalize("NFKC", content).strip(AROUND).upper() in words
