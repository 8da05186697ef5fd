"""Templates taken over from a vendor's registry."""

from typing import Any

import pytest
from django.utils import timezone

from channels_app.models import Template
from channels_app.simulator.client import SimulatorClient
from channels_app.template_sync import GONE, Synced, sync_templates
from tests.integration.channels_app.wechat_world import ARRIVED, SHIPPED, Wechat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wechat(simulator_url: str, simulator: SimulatorClient, registered: Any) -> Wechat:
    return Wechat(simulator, simulator_url, templates={"TPL_1": SHIPPED, "TPL_2": ARRIVED})


def test_the_registrys_templates_are_made_and_made_once(wechat: Wechat) -> None:
    assert sync_templates(wechat.account, timezone.now()) == Synced(created=2)
    assert sync_templates(wechat.account, timezone.now()) == Synced(unchanged=2)
    made = Template.objects.get(account=wechat.account, provider_code="TPL_2")
    assert (made.channel, made.state, made.body) == ("wechat_template", "approved", ARRIVED)


def test_a_template_that_the_vendor_has_no_more_is_rejected_and_says_why(wechat: Wechat) -> None:
    sync_templates(wechat.account, timezone.now())
    wechat.put(templates={"TPL_1": SHIPPED})
    assert sync_templates(wechat.account, timezone.now()) == Synced(unchanged=1, gone=1)
    gone = Template.objects.get(account=wechat.account, provider_code="TPL_2")
    assert (gone.state, gone.reason) == ("rejected", GONE)


def test_texts_that_no_registry_keeps_are_left_alone(wechat: Wechat) -> None:
    text = wechat.template(channel="wechat_service", provider_code="SERVICE", body="您好")
    sync_templates(wechat.account, timezone.now())
    text.refresh_from_db()
    assert text.state == "approved"
