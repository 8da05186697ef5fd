from uuid import uuid4

from channels_app.providers.base import AccountConfig, Outgoing
from channels_app.providers.sms.aliyun import MOST_BYTES, AliyunSms


def provider() -> AliyunSms:
    return AliyunSms(AccountConfig(uuid4(), "http://127.0.0.1:9", {}, {"sign_name": "知途"}))


def message(number: int, template: str = "SMS_1", **params: str) -> Outgoing:
    return Outgoing(uuid4(), f"+86138{number:08}", template, "${name}", params)


def test_a_call_carries_one_template_only() -> None:
    calls = provider().plan([message(n, f"SMS_{n % 2}") for n in range(10)])
    assert sorted(len(call) for call in calls) == [5, 5]
    assert all(len({m.template_code for m in call}) == 1 for call in calls)


def test_a_call_carries_at_most_a_hundred_numbers() -> None:
    assert [len(call) for call in provider().plan([message(n) for n in range(250)])] == [100, 100, 50]


def test_a_call_carries_no_number_twice() -> None:
    assert [len(call) for call in provider().plan([message(1), message(1), message(2)])] == [2, 1]


def test_a_call_stays_under_128_kb_however_long_its_values() -> None:
    long = {f"v{i}": "长" * 35 for i in range(12)}
    calls = provider().plan([message(n, **long) for n in range(100)])
    assert len(calls) > 1
    sizes = [sum(len(k) + 9 * len(v) for m in call for k, v in m.params.items()) for call in calls]
    assert max(sizes) < MOST_BYTES


def test_every_message_is_in_exactly_one_call() -> None:
    messages = [message(n % 7, f"SMS_{n % 3}") for n in range(100)]
    planned = [m.message_id for call in provider().plan(messages) for m in call]
    assert sorted(planned) == sorted(m.message_id for m in messages)
