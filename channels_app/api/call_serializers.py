from typing import Any, get_args

from rest_framework import serializers

from channels_app.models import CallTry
from channels_app.simulator.voice_config import Act
from workspaces.api.serializers import StrictSerializer

ACTS = get_args(Act.model_fields["act"].annotation)
MOST_MESSAGES = 100


class CallTrySerializer(serializers.ModelSerializer[CallTry]):
    class Meta:
        model = CallTry
        fields = ["id", "number", "result", "code", "provider_id", "reported_at"]


class CallTriesSerializer(serializers.Serializer[Any]):
    results = CallTrySerializer(many=True)


class JobActSerializer(StrictSerializer):
    act = serializers.ChoiceField(choices=["suspend", "resume", "cancel"])
    messages = serializers.ListField(
        child=serializers.UUIDField(),
        min_length=1,
        max_length=MOST_MESSAGES,
        help_text="Calls the vendor has accepted.",
    )


class SimulatedCallSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    phone = serializers.CharField()
    service = serializers.CharField()
    script = serializers.CharField()
    content = serializers.CharField(help_text="What the person hears.")
    reference = serializers.CharField()
    call_id = serializers.CharField()
    state = serializers.ChoiceField(choices=["ringing", "paused", "answered", "ended"])
    ending = serializers.CharField(help_text="How it ended; empty before.")
    keys = serializers.CharField()
    intent = serializers.CharField()
    opted_out = serializers.BooleanField()
    placed_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class SimulatedCallsSerializer(serializers.Serializer[Any]):
    results = SimulatedCallSerializer(many=True)


class CallActSerializer(StrictSerializer):
    """What the person called does; `keys` belong to `press`, `intent` to `intent`."""

    act = serializers.ChoiceField(choices=ACTS)
    keys = serializers.RegexField(r"\A[0-9*#]{0,32}\Z", required=False, default="", allow_blank=True)
    intent = serializers.ChoiceField(
        choices=["", "A", "B", "C", "D", "E", "F"], required=False, default="", allow_blank=True
    )
