from typing import Any

from rest_framework import serializers

from channels_app.simulator.config import Faults
from workspaces.api.serializers import StrictSerializer, TextField


class PhoneSerializer(serializers.Serializer[Any]):
    phone = serializers.CharField()
    messages = serializers.IntegerField()
    last_at = serializers.DateTimeField()


class PhonesSerializer(serializers.Serializer[Any]):
    results = PhoneSerializer(many=True)


class PhoneMessageSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    at = serializers.DateTimeField()
    vendor = serializers.CharField(help_text="Whose SMS it is: aliyun, tencent.")
    direction = serializers.ChoiceField(choices=["in", "out"], help_text="`in` is to the phone.")
    sign_name = serializers.CharField()
    content = serializers.CharField()
    out_id = serializers.CharField()
    biz_id = serializers.CharField()
    status = serializers.CharField()


class PhoneScreenSerializer(serializers.Serializer[Any]):
    results = PhoneMessageSerializer(many=True)


class ReplySerializer(StrictSerializer):
    content = TextField(min_length=1, max_length=500)


class FaultsSerializer(StrictSerializer):
    """Switches of misbehaviour; a rate is between 0 and 1."""

    latency_ms = serializers.IntegerField(min_value=0, default=0)
    http_500_rate = serializers.FloatField(min_value=0, max_value=1, default=0)
    http_503_rate = serializers.FloatField(min_value=0, max_value=1, default=0)
    timeout_after_accept_rate = serializers.FloatField(min_value=0, max_value=1, default=0)
    throttle_rate = serializers.FloatField(min_value=0, max_value=1, default=0)
    duplicate_callback_rate = serializers.FloatField(min_value=0, max_value=1, default=0)
    late_callback_ms = serializers.IntegerField(min_value=0, default=0)
    reorder_callbacks = serializers.BooleanField(default=False)
    fail_delivery_rate = serializers.FloatField(min_value=0, max_value=1, default=0)
    partial_failure_rate = serializers.FloatField(min_value=0, max_value=1, default=0)
    corrected_receipt_rate = serializers.FloatField(min_value=0, max_value=1, default=0)


assert set(FaultsSerializer().fields) == set(Faults.model_fields), "the API and the simulator know the same switches"
