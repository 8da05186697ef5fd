"""Cells of files that spreadsheets will open."""

# A cell that begins with one of these is a formula to a spreadsheet, and may call programs or send data away:
# https://owasp.org/www-community/attacks/CSV_Injection . A full-width sign is taken for its plain form by some.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe(text: str) -> str:
    """The text with an apostrophe in front if it could be a formula; a number, or a phone number, is none."""
    if not text.startswith(_STARTS):
        return text
    if text[0] in "+-" and text[1:].replace(".", "", 1).isascii() and text[1:].replace(".", "", 1).isdigit():
        return text
    return "'" + text
