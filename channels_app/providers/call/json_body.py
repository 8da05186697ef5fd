"""What the JSON about calls has in common."""

from functools import partial

from channels_app.providers import pushed_json

# Of a whole push.
DEPTH = 8
# Vendors write the same field now as a number, now as its text.
text = partial(pushed_json.text_of, numbers=True)
