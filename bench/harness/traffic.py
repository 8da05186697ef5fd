"""Events as a shop's customers make them: many looks, few orders, some people much more than others."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any

import orjson

# Name → its share of a hundred.
MIX = {
    "page_viewed": 50,
    "product_viewed": 30,
    "cart_added": 9,
    "order_paid": 6,
    "coupon_used": 3,
    "user_registered": 2,
}
# People's activity is log-normal with this spread: a fifth of them makes two thirds of the events, and of 100,000 the
# busiest makes one in about 1,200.
SPREAD = 1.2
NEW_PEOPLE = 0.02


class Traffic:
    """Bodies of `POST /api/v1/events/`, each event with an id of its own. The same seed gives the same traffic."""

    def __init__(self, people: int, per_body: int, seed: int) -> None:
        self._people = range(people)
        self._per_body = per_body
        self._random = random.Random(seed)
        self._activity = list(accumulate(self._random.lognormvariate(0, SPREAD) for _ in self._people))
        self._seed = seed
        self._number = 0
        self._newcomers = 0

    def bodies(self, count: int) -> Iterator[bytes]:
        for _ in range(count):
            yield orjson.dumps({"events": [self._event() for _ in range(self._per_body)]})

    def _event(self) -> dict[str, Any]:
        from bench.harness.people import phone

        draw = self._random.random
        self._number += 1
        if draw() < NEW_PEOPLE:
            self._newcomers += 1
            identities = {"member_id": f"new-{self._seed}-{self._newcomers}"}
        else:
            (number,) = self._random.choices(self._people, cum_weights=self._activity)
            identities = {"phone": phone(number)}
        (name,) = self._random.choices(list(MIX), list(MIX.values()))
        product = int(1000 * draw())
        properties: dict[str, Any] = {
            "sku": f"SKU-{product:05}",
            "price": round(9.9 + product / 10, 2),
            "from": "小程序",
        }
        if name in {"page_viewed", "product_viewed"}:
            properties |= {"url": f"/products/{product}", "title": f"商品{product}", "seconds": int(60 * draw())}
        elif name == "order_paid":
            properties |= {
                "amount": round(500 * draw(), 2),
                "order_id": f"o{self._seed}-{self._number}",
                "items": [{"sku": 1}],
            }
        return {
            "event_id": f"{self._seed:08x}-{self._number:012x}-bench",
            "name": name,
            "occurred_at": datetime.now(UTC).isoformat(),
            "identities": identities,
            "properties": properties,
        }
