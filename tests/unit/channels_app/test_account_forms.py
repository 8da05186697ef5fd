"""The forms of accounts ask for what the providers need, and name every callback they take."""

import pytest

from channels_app.account_forms.fields import Field, FieldKind
from channels_app.account_forms.registry import FORMS, NAMES
from channels_app.providers.registry import PROVIDERS, provider_class


def test_every_provider_has_a_form_and_a_name() -> None:
    assert FORMS.keys() == NAMES.keys() == PROVIDERS.keys()


@pytest.mark.parametrize("name", sorted(FORMS))
def test_a_form_asks_for_what_its_provider_needs(name: str) -> None:
    form, provider = FORMS[name], provider_class(name)

    def needed(fields: tuple[Field, ...]) -> set[str]:
        return {field.name for field in fields if field.needed}

    assert needed(form.credentials) == set(provider.needed_credentials)
    assert needed(form.settings) == set(provider.needed_settings)
    assert {callback.kind for callback in form.callbacks} == provider.callback_kinds


@pytest.mark.parametrize("name", sorted(FORMS))
def test_every_text_is_in_both_languages(name: str) -> None:
    form = FORMS[name]
    for field in (*form.credentials, *form.settings):
        assert field.label.zh
        assert field.label.en
        assert bool(field.hint.zh) == bool(field.hint.en)
        assert bool(field.choices) == (field.kind == FieldKind.CHOICE)
    for callback in form.callbacks:
        assert all((callback.label.zh, callback.label.en, callback.where.zh, callback.where.en))


@pytest.mark.parametrize("name", sorted(FORMS))
def test_what_holds_when_a_setting_is_left_out_is_a_setting_that_the_provider_takes(name: str) -> None:
    samples = {"sign_name": "知途", "from_address": "a@example.com", "public_url": "https://t.example.com"}
    samples |= {"appid": "wx1", "corp_id": "ww1", "instance_id": "i", "account": "us", "sdk_app_id": "1400001"}
    settings = {field.name: field.default for field in FORMS[name].settings if field.default is not None}
    settings |= {field.name: samples.get(field.name, 1) for field in FORMS[name].settings if field.needed}
    assert provider_class(name).problem_with(settings) is None
