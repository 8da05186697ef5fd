"""At which bar a path is lost, and what is said of it."""

from typing import Any

import pytest

from channels_app.providers.call.results import NOT_REACHED
from journeys.review.losses.fates import AVOIDABLE, BARS, Fate, fate, of_message
from journeys.review.losses.rules import RuleSeen
from journeys.review.losses.words import BARS as BAR_WORDS
from journeys.review.losses.words import REASONS, largest_words, reason_words


def body(
    *sends: tuple[str, str, str, str], end: str = "completed", reason: str = "", held_out: bool = False
) -> dict[str, Any]:
    return {"end": end, "reason": reason, "held_out": held_out, "sends": [list(sent) for sent in sends]}


@pytest.mark.parametrize(
    ("channel", "state", "reason", "bar", "code"),
    [
        ("sms", "blocked", "no_consent", "consented", "no_consent"),
        ("sms", "blocked", "opted_out", "consented", "opted_out"),
        ("sms", "blocked", "no_identity", "identified", "no_identity"),
        ("sms", "blocked", "quiet_hours", "in_hours", "quiet_hours"),
        ("sms", "blocked", "frequency_cap", "under_caps", "frequency_cap"),
        ("sms", "blocked", "quota", "in_quota", "quota"),
        ("sms", "blocked", "template_not_approved", "sent", "template_not_approved"),
        ("sms", "queued", "", "sent", "under_way"),
        ("sms", "failed", "recipient_permanent", "sent", "failed_recipient_permanent"),
        ("sms", "failed", "delivery", "delivered", "failed_delivery"),
        ("call", "failed", "no_answer", "delivered", "failed_no_answer"),
        ("call", "failed", "powered_off", "delivered", "failed_powered_off"),
        ("sms", "unknown", "no_record", "delivered", "unknown"),
        ("sms", "accepted", "", "delivered", "no_report"),
        ("email", "accepted", "", "clicked", "not_clicked"),
        ("sms", "delivered", "", "clicked", "not_clicked"),
        ("webhook", "delivered", "", "engaged", "not_read"),
        ("call", "delivered", "", "converted", ""),
        ("sms", "clicked", "", "converted", ""),
        ("sms", "replied", "", "converted", ""),
    ],
)
def test_a_message_is_lost_at_one_bar(channel: str, state: str, reason: str, bar: str, code: str) -> None:
    assert of_message("s", channel, state, reason) == Fate(bar, code, "s", channel)


def test_the_message_that_came_furthest_decides() -> None:
    found = fate(body(("s1", "sms", "delivered", ""), ("s2", "email", "blocked", "quota")))
    assert found == Fate("clicked", "not_clicked", "s1", "sms")


@pytest.mark.parametrize(
    ("ended", "code"),
    [
        ({"end": "waiting"}, "not_yet"),
        ({"end": "failed"}, "stuck"),
        ({"end": "completed"}, "no_send_on_path"),
        ({"end": "converted_exit", "reason": "goal"}, "converted_before"),
    ],
)
def test_who_came_to_no_send_is_lost_before_it(ended: dict[str, str], code: str) -> None:
    assert fate(body(**ended)) == Fate("asked", code)  # type: ignore[arg-type]  # texts only
    assert fate(body(end="exited", reason="operator")) == Fate("asked", "left_before", detail="operator")
    assert fate(body(held_out=True)) == Fate("entered", "held_out")


def test_every_bar_and_every_avoidable_loss_has_words() -> None:
    assert set(BAR_WORDS) == set(BARS)
    assert set(REASONS) >= AVOIDABLE | {f"failed_{result}" for result in NOT_REACHED}
    assert reason_words("left_before", "operator") == (
        "发送之前离开（由运营人员移出）",
        "left before any send (removed by an operator)",
    )


def test_the_largest_loss_is_a_sentence_with_its_rule() -> None:
    said = largest_words("frequency_cap", 120, 1000, [RuleSeen("cap.daily@3", 9, {"most": 2, "window": "PT86400S"})])
    assert said == {
        "zh-CN": "最大的可避免损失：120 人（占进入者的 12.0%）超过频次上限。依据规则 cap.daily@3（上限 2，窗口 1 天）。",
        "en": "The largest avoidable loss: 120 people (12.0% of those who entered), because: frequency cap reached. The rule: cap.daily@3 (at most 2, window 1 day).",
    }
