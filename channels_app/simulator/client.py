"""Talks to the simulator's own API, for the console and for setting accounts up."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import httpx
import orjson

TIMEOUT_SECONDS = 5


class SimulatorUnreachable(Exception):
    """The simulator does not answer."""

    code = "simulator_unreachable"


class SimulatorClient:
    def __init__(self, base_url: str) -> None:
        self._client = httpx.Client(base_url=base_url, timeout=TIMEOUT_SECONDS, trust_env=False)

    def request(
        self, method: str, path: str, body: Any = None, keys: Sequence[str] = (), appids: Sequence[str] = ()
    ) -> httpx.Response:
        """Make one call, about what concerns `keys` and `appids` only if given; return its answer, whatever its status.

        Raises SimulatorUnreachable.
        """
        content = {} if body is None else {"json": body}
        try:
            return self._client.request(
                method, path, params={"access_key": list(keys), "appid": list(appids)}, **content
            )
        except httpx.HTTPError as error:
            raise SimulatorUnreachable(f"The provider simulator does not answer: {type(error).__name__}.") from error

    @staticmethod
    def phone_path(phone: str, rest: str = "") -> str:
        return f"/admin/phones/{quote(phone, safe='')}/{rest}"

    def put(self, path: str, config: Mapping[str, Any]) -> None:
        """Set something up. Raises SimulatorUnreachable, or httpx.HTTPStatusError if it is refused."""
        self.request("PUT", path, config).raise_for_status()

    def put_access_key(self, key_id: str, config: Mapping[str, Any]) -> None:
        self.put(f"/admin/access-keys/{quote(key_id, safe='')}/", config)

    def put_faults(self, **faults: Any) -> None:
        self.request("PUT", "/admin/faults/", faults).raise_for_status()

    def reply(self, phone: str, content: str) -> None:
        self.request("POST", self.phone_path(phone, "replies/"), {"content": content}).raise_for_status()

    def reset(self) -> None:
        self.request("POST", "/admin/reset/").raise_for_status()

    def export(self) -> Iterator[dict[str, Any]]:
        """Yield every message the simulator accepted, with its `phone`, `out_id`, `biz_id` and `status`."""
        with self._client.stream("GET", "/admin/export/") as response:
            response.raise_for_status()
            for line in response.iter_lines():
                yield orjson.loads(line)

    def close(self) -> None:
        self._client.close()
