"""Files of messages at WeCom: uploaded when first needed, and known by an id that is good for three days.

A message names a file of ours: `{"media": key}` becomes the vendor's `media_id`, `{"pic_media": key}` its
`pic_media_id`; with `"permanent": true` a picture is uploaded for good and becomes a `pic_url`.
https://developer.work.weixin.qq.com/document/path/90253 (temporary), path/90256 (permanent pictures)
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from channels_app.providers.base import AccountConfig, MediaRef
from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass
from channels_app.providers.wecom.api import WecomApi

T = TypeVar("T")

EXPIRED = "40007"
GOOD_FOR = timedelta(days=3)
# A call that is under way must not meet the end of what it names.
EARLY = timedelta(hours=1)
FOR_GOOD = timedelta(days=3650)
NAMES = {"media": "media_id", "pic_media": "pic_media_id"}


class Media:
    """Used by several threads at once; the ids are shared by all processes, as tokens are."""

    def __init__(self, account: AccountConfig, api: WecomApi) -> None:
        self._files = account.files
        self._tokens = account.tokens
        self._api = api

    def call(self, said: Mapping[str, Any], send: Callable[[dict[str, Any]], T]) -> T:
        """Send what names our files with the vendor's ids; what it does not know any more is uploaded once more.

        Raises TransportError: CallRefused if a file could not be uploaded, for then nothing has been sent.
        """
        used: dict[str, str] = {}
        try:
            return send(self._resolved(said, used, {}))
        except CallRefused as error:
            if error.code != EXPIRED or not used:
                raise
        return send(self._resolved(said, {}, used))

    def _resolved(self, value: Any, used: dict[str, str], stale: Mapping[str, str]) -> Any:
        if isinstance(value, list):
            return [self._resolved(part, used, stale) for part in value]
        if not isinstance(value, Mapping):
            return value
        permanent = value.get("permanent") is True
        parts: dict[str, Any] = {}
        for name, part in value.items():
            if name in NAMES and isinstance(part, str):
                parts["pic_url" if permanent else NAMES[name]] = self._id(part, used, stale, permanent=permanent)
            elif name != "permanent":
                parts[name] = self._resolved(part, used, stale)
        return parts

    def _id(self, key: str, used: dict[str, str], stale: Mapping[str, str], *, permanent: bool) -> str:
        ref = self._files.find(key) if self._files else None
        if ref is None:
            raise CallRefused(ErrorClass.CONTENT_PERMANENT, "no_such_media", f"there is no media file {key}")
        name = f"{'picture' if permanent else 'media'}:{ref.digest[:48]}"

        def fetch() -> tuple[str, timedelta]:
            return self._upload(ref, permanent=permanent)

        found = self._tokens.get(name, fetch, stale.get(name)) if self._tokens else fetch()[0]
        used[name] = found
        return found

    def _upload(self, ref: MediaRef, *, permanent: bool) -> tuple[str, timedelta]:
        """Raises CallRefused only: an upload whose answer is lost has sent nobody anything."""
        assert self._files is not None, "the file was found in them"
        file = (ref.name, self._files.content(ref))
        try:
            if permanent:
                return str(self._api.upload("/cgi-bin/media/uploadimg", {}, file)["url"]), FOR_GOOD
            answer = self._api.upload("/cgi-bin/media/upload", {"type": ref.kind}, file)
        except CallOutcomeUnknown as error:
            raise CallRefused(ErrorClass.RETRY, error.code, f"not uploaded: {error.detail}") from error
        return str(answer["media_id"]), GOOD_FOR - EARLY
