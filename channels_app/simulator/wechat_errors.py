"""Refusals in WeChat's words."""

import secrets


class WechatError(Exception):
    """An answer with an errcode other than 0; every errmsg ends with the id of the request."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def answer(self) -> dict[str, object]:
        return {"errcode": self.code, "errmsg": f"{self.message}{request_id()}"}


def request_id() -> str:
    return f" rid: {secrets.token_hex(4)}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"
