"""Sentences that the server makes: numbers with the words that go with them, names as each language lists them."""

import pytest

from journeys.explain.noted import Number, about, channel_names, filled, length_words, note
from profiles.rules.durations import InvalidDuration

TEXTS = {
    "came": ("{people} 人来了：{names}。", "{people:person|people} came: {names}."),
    "share": ("{share} 的 {name}", "{share} of {name!r}"),
}


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 people"), (1, "1 person"), (2, "2 people"), (1_234_567, "1,234,567 people")]
)
def test_a_number_has_the_word_that_goes_with_it(number: int, said: str) -> None:
    assert f"{Number(number):person|people}" == said


def test_alone_it_has_its_digits_in_groups_or_as_it_is_asked() -> None:
    assert (f"{Number(12345)}", f"{Number(7):03d}") == ("12,345", "007")


def test_a_note_keeps_its_figures_as_they_are_and_says_its_words() -> None:
    made = note(TEXTS, "came", {"names": channel_names({"sms", "email", "of tomorrow"})}, people=1, names=["sms"])
    assert made["messages"] == {
        "zh-CN": "1 人来了：邮件、of tomorrow、短信。",
        "en": "1 person came: email, of tomorrow, SMS.",
    }
    assert made["figures"] == {"people": 1, "names": ["sms"]}


def test_what_is_no_whole_number_is_said_as_it_is() -> None:
    assert filled(TEXTS["share"], {"share": "5%", "name": "A"}) == ("5% 的 A", "5% of 'A'")


def test_a_note_about_nothing_is_not_made() -> None:
    assert about(TEXTS, "came", []) == []


@pytest.mark.parametrize(
    ("duration", "zh", "en"),
    [
        ("P7D", "7 天", "7 days"),
        ("P1D", "1 天", "1 day"),
        ("P2W", "14 天", "14 days"),
        ("P1Y", "12 个月", "12 months"),
        ("P1DT1H30M", "1 天 1 小时 30 分钟", "1 day 1 hour 30 minutes"),
        ("PT604800S", "7 天", "7 days"),
        ("PT90S", "1 分钟 30 秒", "1 minute 30 seconds"),
    ],
)
def test_a_duration_is_said_in_words(duration: str, zh: str, en: str) -> None:
    assert length_words(duration) == (zh, en)


def test_what_is_no_duration_is_refused() -> None:
    with pytest.raises(InvalidDuration):
        length_words("7 days")
