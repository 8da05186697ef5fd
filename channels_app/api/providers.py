"""Which providers there are, and what an account of each is asked for."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from channels_app.account_forms.fields import FieldKind, Secret
from channels_app.account_forms.registry import NAMES, form_of
from channels_app.providers.base import BaseProvider
from channels_app.providers.registry import PROVIDERS, provider_class
from workspaces.api.views import WorkspaceMixin


class WordsSerializer(serializers.Serializer[Any]):
    zh = serializers.CharField(allow_blank=True)
    en = serializers.CharField(allow_blank=True)


class FormChoiceSerializer(serializers.Serializer[Any]):
    value = serializers.CharField()
    title = WordsSerializer(source="label")


class FormFieldSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = WordsSerializer(source="label")
    hint = WordsSerializer()
    kind = serializers.ChoiceField(
        choices=[kind.value for kind in FieldKind],
        help_text="`texts` is a list of texts, `windows` a list of [from, to].",
    )
    needed = serializers.BooleanField()
    default = serializers.JSONField(read_only=True, help_text="What holds when it is left out.")
    least = serializers.FloatField(allow_null=True)
    most = serializers.FloatField(allow_null=True)
    choices = FormChoiceSerializer(many=True)
    draw = serializers.ChoiceField(
        choices=[secret.value for secret in Secret], help_text="How a secret of ours may be drawn at random."
    )


class FormCallbackSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    title = WordsSerializer(source="label")
    where = WordsSerializer(help_text="Where the vendor's console asks for the address.")


class ProviderSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = WordsSerializer(source="label")
    channels = serializers.ListField(child=serializers.CharField())
    base_url = serializers.CharField(allow_blank=True, help_text="The vendor's own; empty: each owner has another.")
    simulator_url = serializers.CharField(help_text="The base URL of an account at this installation's simulator.")
    credentials = FormFieldSerializer(many=True, help_text="Secrets: written, never shown.")
    settings = FormFieldSerializer(many=True)
    callbacks = FormCallbackSerializer(many=True)
    offers = serializers.ListField(
        child=serializers.CharField(), help_text="Among `test`, `templates`, `signatures`, `followers`, `contacts`."
    )


class ProvidersSerializer(serializers.Serializer[Any]):
    public_url = serializers.CharField(help_text="Where vendors reach this installation: callback addresses follow it.")
    results = ProviderSerializer(many=True)


class ProvidersView(WorkspaceMixin, APIView):
    @extend_schema(operation_id="channels_providers_list", responses=ProvidersSerializer)
    def get(self, request: Request) -> Response:
        """The providers with what an account of each is asked for, in both languages."""
        return Response(
            ProvidersSerializer(
                {"public_url": settings.PUBLIC_URL, "results": [_described(name) for name in PROVIDERS]}
            ).data
        )


def _described(name: str) -> dict[str, Any]:
    form = form_of(name)
    if form.simulated is None:
        simulator = f"smtp://127.0.0.1:{settings.SIMULATOR_SMTP_PORT}"
    else:
        simulator = f"http://127.0.0.1:{settings.SIMULATOR_PORT}{form.simulated}"
    return {
        "name": name,
        "label": NAMES[name],
        "channels": PROVIDERS[name].channels,
        "base_url": form.base_url,
        "simulator_url": simulator,
        "credentials": form.credentials,
        "settings": form.settings,
        "callbacks": form.callbacks,
        "offers": _offers(name),
    }


# What can be had of a provider: it has overridden what the base refuses.
_BY_METHOD = {"test": "try_connection", "templates": "templates", "signatures": "signatures"}
_BESIDES = {"wechat.official": ["followers"], "wecom.corp": ["contacts"]}


def _offers(name: str) -> list[str]:
    provider = provider_class(name)
    own = [
        what for what, method in _BY_METHOD.items() if getattr(provider, method) is not getattr(BaseProvider, method)
    ]
    return own + _BESIDES.get(name, [])
