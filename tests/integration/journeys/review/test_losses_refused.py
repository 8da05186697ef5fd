"""Who was really refused: the policy judges in the tick and at the send, and the waterfall says by which rule."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from channels_app import dispatch
from channels_app.models import ChannelAccount, Message, SendingRules
from journeys.models import Journey
from journeys.review.losses.waterfall import losses
from journeys.review.paths.filters import ALL
from journeys.review.paths.refreshing import refresh
from tests.fixtures.graphs import graph, send
from tests.fixtures.world import DAY, HOUR, MINUTE, T0, World

pytestmark = pytest.mark.django_db

NIGHT = T0 + 13 * HOUR  # 23:00 in Shanghai
HOURS = {"from": "21:00", "to": "08:00", "zone": "Asia/Shanghai"}
ONE_A_DAY = {"caps": [{"id": "daily", "most": 1, "hours": 24}]}


class Shop:
    """A journey that sends one marketing message, at ten in the morning, to one person."""

    def __init__(self, phone: str | None = "13800000000") -> None:
        self.world = World()
        self.world.sms(purpose="marketing", body="新品上市，拒收请回复R")
        self.person = self.world.person(phone=phone)
        self.journey = self._sells()

    def _sells(self) -> Journey:
        return self.world.journey(graph({"sms": send(purpose="marketing")}, ["start -> sms"]))

    def asks(self) -> None:
        self.world.enrolled(self.journey, self.person)
        self.world.tick(T0)

    def has_sent(self, count: int) -> None:
        """So many messages of other journeys have left."""
        for _ in range(count):
            self.world.enrolled(self._sells(), self.person)
        self.world.tick(T0)
        Message.objects.filter(state="queued").update(state="accepted", accepted_at=T0, updated_at=T0)

    def allows_one_a_day(self) -> None:
        SendingRules.objects.create(workspace=self.world.workspace, rules=ONE_A_DAY, version=7)

    def sends(self, at: datetime = T0 + MINUTE) -> None:
        account = ChannelAccount.objects.get(workspace=self.world.workspace)
        assert dispatch.drain(account.pk, at).accepted == 0


def no_consent(shop: Shop) -> None:
    shop.asks()


def withdrawn_in_between(shop: Shop) -> None:
    shop.world.consent(shop.person)
    shop.asks()
    shop.world.consent(shop.person, "withdrawn", at=T0 + MINUTE)
    shop.sends()


def night_has_come(shop: Shop) -> None:
    shop.world.consent(shop.person)
    shop.asks()
    shop.sends(NIGHT)


def capped(shop: Shop) -> None:
    shop.world.consent(shop.person)
    shop.has_sent(1)
    shop.allows_one_a_day()
    shop.asks()


def capped_in_between(shop: Shop) -> None:
    shop.world.consent(shop.person)
    shop.has_sent(1)
    shop.asks()
    shop.allows_one_a_day()
    shop.sends()


def over_quota(shop: Shop) -> None:
    shop.world.consent(shop.person)
    shop.has_sent(2)
    shop.asks()


@pytest.mark.parametrize(
    ("happens", "bar", "code", "rule", "figures"),
    [
        (no_consent, "consented", "no_consent", "consent", {"consent": None}),
        (withdrawn_in_between, "consented", "opted_out", "consent", {"consent": "withdrawn"}),
        (night_has_come, "in_hours", "quiet_hours", "cn.sms.marketing_hours@1", HOURS),
        (capped, "under_caps", "frequency_cap", "cap.daily@7", {"most": 1, "sent": 1, "window": "PT86400S"}),
        (capped_in_between, "under_caps", "frequency_cap", "cap.daily@7", {"most": 1, "sent": 1, "window": "PT86400S"}),
        (over_quota, "in_quota", "quota", "cn.sms.marketing_per_minute@1", {"most": 2, "sent": 2, "window": "PT60S"}),
    ],
)
def test_a_refusal_stands_at_its_bar_with_its_rule(
    happens: Callable[[Shop], None], bar: str, code: str, rule: str, figures: dict[str, Any]
) -> None:
    shop = Shop()
    happens(shop)
    _see(shop.journey, bar, code, rule, figures)


def test_who_has_no_address_is_refused_by_no_rule_of_consent() -> None:
    shop = Shop(phone=None)
    shop.world.consent(shop.person)
    shop.asks()
    _see(shop.journey, "identified", "no_identity", "identity", {})


def _see(journey: Journey, bar: str, code: str, rule: str, figures: dict[str, Any]) -> None:
    refresh(journey.pk, T0 + DAY)
    found = losses(journey, ALL, None)
    at = next(one for one in found.bars if one.key == bar)
    assert [(loss.code, loss.people) for loss in at.reasons] == [(code, 1)]
    assert [(one.rule, one.times, one.figures) for one in at.reasons[0].rules] == [(rule, 1, figures)]
    assert sum(one.lost or 0 for one in found.bars) == 1
