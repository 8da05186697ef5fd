"""The one-click address of a message: signed, and without anything that says who the person is."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.urls import reverse

SALT = "channels_app.unsubscribe"


class BadToken(ValueError):
    """The token is not one that this installation has signed."""

    code = "bad_unsubscribe_token"


def _signer() -> Signer:
    # A dot survives what mail clients do to links; the colon that is Django's default does not always.
    return Signer(salt=SALT, sep=".")


def token_of(message_id: UUID) -> str:
    """Return the token of a message. It has no end: whoever kept the mail may always refuse."""
    return _signer().sign(urlsafe_b64encode(message_id.bytes).decode().rstrip("="))


def message_of(token: str) -> UUID:
    """Return the message that a token is of. Raises BadToken."""
    try:
        return UUID(bytes=urlsafe_b64decode(_signer().unsign(token) + "=="))
    except (BadSignature, ValueError) as error:
        raise BadToken("This is not an unsubscribe address of ours.") from error


def unsubscribe_url(public_url: str, message_id: UUID) -> str:
    """Return the address below `public_url` that withdraws the consent behind a message."""
    return public_url.rstrip("/") + reverse("unsubscribe", args=[token_of(message_id)])
