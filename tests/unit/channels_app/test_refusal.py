import pytest

from channels_app.providers.refusal import refuses


@pytest.mark.parametrize("content", ["R", "r", "Ｒ", "ｔｄ", " TD ", "T", "t\n", "退订", "　退订　", "退订。", "R."])
def test_a_word_of_refusal_refuses_in_any_case_and_width_and_with_blanks_around_it(content: str) -> None:
    assert refuses(content)


@pytest.mark.parametrize("content", ["", "好的", "Right", "不退订", "退订多少钱", "TR", "1"])
def test_anything_else_is_a_reply(content: str) -> None:
    assert not refuses(content)
