"""Templates taken over from a vendor's registry."""

from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from channels_app.models import Template
from channels_app.providers.errors import CallRefused
from channels_app.simulator.client import SimulatorClient
from channels_app.template_sync import GONE, Synced, sync_templates
from tests.integration.channels_app.wechat_world import ARRIVED, SHIPPED, Wechat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wechat(simulator_url: str, simulator: SimulatorClient, registered: Any) -> Wechat:
    return Wechat(simulator, simulator_url, templates={"TPL_1": SHIPPED, "TPL_2": ARRIVED})


def test_the_registrys_templates_are_made_and_made_once(wechat: Wechat) -> None:
    assert sync_templates(wechat.account, timezone.now()) == Synced(created=3)
    assert sync_templates(wechat.account, timezone.now()) == Synced(unchanged=3)
    made = Template.objects.get(account=wechat.account, provider_code="TPL_2")
    assert (made.channel, made.state, made.body) == ("wechat_template", "approved", ARRIVED)


def test_a_template_that_the_vendor_has_no_more_is_rejected_and_says_why(wechat: Wechat) -> None:
    sync_templates(wechat.account, timezone.now())
    wechat.put(templates={"TPL_1": SHIPPED})
    assert sync_templates(wechat.account, timezone.now()) == Synced(unchanged=2, gone=1)
    gone = Template.objects.get(account=wechat.account, provider_code="TPL_2")
    assert (gone.state, gone.reason) == ("rejected", GONE)


def test_subscribe_templates_come_with_the_types_and_values_of_their_fields(wechat: Wechat) -> None:
    wechat.put(
        subscribe_templates={"SUB_1": "{{thing1.DATA}} {{phrase2.DATA}}"},
        enumerations={"SUB_1": {"phrase2": ["已发货", "已签收"]}},
    )
    sync_templates(wechat.account, timezone.now())
    made = Template.objects.get(account=wechat.account, provider_code="SUB_1")
    assert (made.channel, made.state) == ("wechat_subscribe", "approved")
    assert made.settings == {"fields": {"thing1": "thing", "phrase2": ["已发货", "已签收"]}}

    message = wechat.visit(template=made.settings, template_body=made.body, params={"thing1": "鞋", "phrase2": "退货"})
    refused = wechat.provider.check(message)
    assert refused is not None
    assert refused.code == "47003"
    wechat.act("follow")
    wechat.act("accept", template_id="SUB_1")
    with pytest.raises(CallRefused, match="phrase2"):
        wechat.provider.send_batch(uuid4(), [message])


def test_what_the_operator_has_set_stays_when_the_vendors_fields_change(wechat: Wechat) -> None:
    sync_templates(wechat.account, timezone.now())
    Template.objects.filter(account=wechat.account, provider_code="SUB_1").update(settings={"page": "pages/visit"})
    assert sync_templates(wechat.account, timezone.now()) == Synced(changed=1, unchanged=2)
    kept = Template.objects.get(account=wechat.account, provider_code="SUB_1")
    assert kept.settings == {"page": "pages/visit", "fields": {"thing1": "thing", "time2": "time"}}


def test_an_account_that_may_send_no_subscribe_messages_has_its_other_templates_read(wechat: Wechat) -> None:
    wechat.put(subscribe_notices=False)
    assert sync_templates(wechat.account, timezone.now()) == Synced(created=2)


def test_a_mini_programs_templates_are_its_subscribe_templates(
    simulator_url: str, simulator: SimulatorClient, registered: Any
) -> None:
    wechat = Wechat(simulator, simulator_url, kind="mini_program")
    assert sync_templates(wechat.account, timezone.now()) == Synced(created=1)
    assert Template.objects.get(account=wechat.account).channel == "wechat_subscribe"


def test_texts_that_no_registry_keeps_are_left_alone(wechat: Wechat) -> None:
    text = wechat.template(channel="wechat_service", provider_code="SERVICE", body="您好")
    sync_templates(wechat.account, timezone.now())
    text.refresh_from_db()
    assert text.state == "approved"
