"""What the review says of messages, cost, retention and movement."""

from typing import Any

from rest_framework import serializers

from journeys.api.review_answers import IntervalSerializer, ReviewAnswerSerializer
from journeys.api.review_query import ReviewQuerySerializer
from journeys.choices import ReviewGroup
from workspaces.api.serializers import ObjectField, StrictSerializer, TextField


def money(**options: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=None, decimal_places=4, **options)


class RetentionQuerySerializer(ReviewQuerySerializer):
    event = TextField(required=False, max_length=200, help_text="What somebody must have done; without: anything.")


class AmountSerializer(serializers.Serializer[Any]):
    currency = serializers.CharField()
    amount = money()


class ReasonCountSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField()
    messages = serializers.IntegerField()


class FatesSerializer(serializers.Serializer[Any]):
    asked = serializers.IntegerField(help_text="All of them.")
    sent = serializers.IntegerField(help_text="Taken by the provider, whatever came after.")
    delivered = serializers.IntegerField(help_text="Where the provider tells; read and clicked ones are delivered.")
    read = serializers.IntegerField()
    clicked = serializers.IntegerField(help_text="Or replied to.")
    replied = serializers.IntegerField()
    failed = serializers.IntegerField(help_text="Expired and unknown ones are among them.")
    blocked = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="Not sent yet.")
    opted_out = serializers.IntegerField(help_text="After which the person refused further ones, within seven days.")
    unpriced = serializers.IntegerField(help_text="Sent ones whose cost nobody knows.")
    failed_by = ReasonCountSerializer(many=True)
    blocked_by = ReasonCountSerializer(many=True)
    cost = AmountSerializer(many=True)


class NamedFatesSerializer(FatesSerializer):
    key = serializers.CharField()
    name = serializers.CharField(help_text="Empty if it is gone.")


class HourFatesSerializer(FatesSerializer):
    hour = serializers.IntegerField(help_text="0 to 23, by the clocks of the workspace's zone.")


class MessageReviewSerializer(ReviewAnswerSerializer):
    total = FatesSerializer()
    accounts = NamedFatesSerializer(many=True)
    templates = NamedFatesSerializer(many=True)
    nodes = NamedFatesSerializer(many=True)
    hours = HourFatesSerializer(many=True)


class ReviewGoalSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()


class CurrencyWorthSerializer(serializers.Serializer[Any]):
    currency = serializers.CharField()
    messages = money()
    coupons = money()
    staff = money()
    cost = money(help_text="The sum of the three.")
    value = money(help_text="Of the primary goal's conversions, refunds taken off.")
    profit = money(help_text="Value less cost.")
    roi = serializers.FloatField(allow_null=True, help_text="(value - cost) / cost; null where there is no cost.")
    conversions = serializers.IntegerField(help_text="Of the primary goal, in this currency.")
    cost_per_conversion = money(allow_null=True, help_text="The cost by the people who converted, in any currency.")


class MessageCostSerializer(serializers.Serializer[Any]):
    channel = serializers.CharField()
    currency = serializers.CharField()
    messages = serializers.IntegerField()
    unpriced = serializers.IntegerField()
    amount = money()


class CouponUseSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["code", "goal"])
    key = serializers.CharField()
    uses = serializers.IntegerField()
    cost = money(help_text="Of one use.")
    currency = serializers.CharField()
    amount = money()


class StaffTimeSerializer(serializers.Serializer[Any]):
    tasks = serializers.IntegerField(help_text="That were done.")
    minutes = serializers.DecimalField(max_digits=None, decimal_places=2)
    hour = money(allow_null=True)
    currency = serializers.CharField()
    amount = money(allow_null=True, help_text="Null where it is not known what an hour costs.")


class CostReviewSerializer(ReviewAnswerSerializer):
    goal = ReviewGoalSerializer(allow_null=True)
    people = serializers.IntegerField(help_text="Who met the primary goal.")
    currencies = CurrencyWorthSerializer(many=True)
    messages = MessageCostSerializer(many=True)
    coupons = CouponUseSerializer(many=True)
    staff = StaffTimeSerializer()


class RetentionTotalSerializer(serializers.Serializer[Any]):
    after = serializers.IntegerField(help_text="Days.")
    people = serializers.IntegerField(help_text="Those whose day is over.")
    came = serializers.IntegerField()
    rate = serializers.FloatField(allow_null=True)


class RetentionGroupSerializer(serializers.Serializer[Any]):
    group = serializers.ChoiceField(choices=ReviewGroup.choices)
    cells = RetentionTotalSerializer(many=True)


class RetentionDifferenceSerializer(serializers.Serializer[Any]):
    after = serializers.IntegerField()
    difference = serializers.FloatField(allow_null=True, help_text="Touched less control; 0.05 is five points.")
    interval = IntervalSerializer(allow_null=True, help_text="Of the difference: 95 %, Newcombe's hybrid score.")


class RetentionCellSerializer(serializers.Serializer[Any]):
    after = serializers.IntegerField()
    came = serializers.IntegerField(allow_null=True)
    rate = serializers.FloatField(allow_null=True)
    mature = serializers.BooleanField(help_text="That day is over; only then it is in a total.")


class RetentionDaySerializer(serializers.Serializer[Any]):
    day = serializers.DateField()
    group = serializers.ChoiceField(choices=ReviewGroup.choices)
    people = serializers.IntegerField()
    cells = RetentionCellSerializer(many=True)


class RetentionReviewSerializer(ReviewAnswerSerializer):
    event = serializers.CharField(allow_blank=True)
    control = serializers.ChoiceField(choices=ReviewGroup.choices, allow_null=True)
    groups = RetentionGroupSerializer(many=True)
    difference = RetentionDifferenceSerializer(many=True)
    days = RetentionDaySerializer(many=True)


class ClassMoveSerializer(serializers.Serializer[Any]):
    origin = serializers.CharField(allow_null=True)
    destination = serializers.CharField(allow_null=True)
    people = serializers.IntegerField()


class RfmMovementSerializer(serializers.Serializer[Any]):
    model = serializers.CharField()
    name = serializers.CharField()
    group = serializers.ChoiceField(choices=ReviewGroup.choices)
    moves = ClassMoveSerializer(many=True)


class SalesFactorsSerializer(serializers.Serializer[Any]):
    buyers = serializers.IntegerField()
    sales = money()
    marketing = serializers.FloatField(allow_null=True, help_text="The share of the customers who bought.")
    value = money(allow_null=True, help_text="What a buyer spent.")


class SalesMovementSerializer(serializers.Serializer[Any]):
    currency = serializers.CharField()
    group = serializers.ChoiceField(choices=ReviewGroup.choices)
    customers = serializers.IntegerField()
    before = SalesFactorsSerializer()
    after = SalesFactorsSerializer()


class MovementReviewSerializer(ReviewAnswerSerializer):
    begins = serializers.DateTimeField(allow_null=True)
    ends = serializers.DateTimeField()
    control = serializers.ChoiceField(choices=ReviewGroup.choices, allow_null=True)
    rfm = RfmMovementSerializer(many=True)
    sales = SalesMovementSerializer(many=True)


class CouponSerializer(StrictSerializer):
    code = TextField(required=False, allow_null=True, max_length=100)
    goal = TextField(required=False, allow_null=True, max_length=64)
    cost = TextField(max_length=20, help_text="Of one use: a decimal number.")
    currency = TextField(required=False, min_length=3, max_length=3)


class CostsChangeSerializer(StrictSerializer):
    """What is not named stays as it is."""

    currency = TextField(required=False, min_length=3, max_length=3)
    staff_hour = TextField(required=False, allow_null=True, max_length=20, help_text="A decimal number.")
    task_minutes = TextField(required=False, max_length=20, help_text="A decimal number.")
    coupon_property = TextField(required=False, max_length=100, help_text="Where an event names the code, dotted.")
    coupons = CouponSerializer(many=True, required=False)


class CostsSerializer(serializers.Serializer[Any]):
    currency = serializers.CharField()
    staff_hour = serializers.CharField(allow_null=True)
    task_minutes = serializers.CharField()
    coupon_property = serializers.CharField()
    coupons = CouponSerializer(many=True)


class SentenceSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField()
    figure = ObjectField(help_text="`source`: the call that has it, relative to the journey; and the figures.")


class SummarySerializer(ReviewAnswerSerializer):
    sentences = SentenceSerializer(many=True)
