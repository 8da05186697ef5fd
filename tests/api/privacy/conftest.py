from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from rest_framework.test import APIClient


@pytest.fixture
def person(client: APIClient) -> str:
    body = {
        "identities": {"phone": "13800138000", "email": "wang.wei@example.com", "wechat_openid": "oABCDEFGH123456789"},
        "attributes": {
            "name": "王小明",
            "city": "上海",
            "note": "回电 13800138000",
            "age": 30,
            "nested": {"mobile": 13800138000},
        },
    }
    return str(client.post("/api/v1/profiles/", body).json()["id"])
