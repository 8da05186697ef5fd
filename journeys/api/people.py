"""Who of the workspace did something, and what they said of a draft."""

from django.contrib.auth.models import User
from rest_framework import serializers

from journeys.choices import ApprovalState
from journeys.models import JourneyApproval


class PersonSerializer(serializers.Serializer[User]):
    """A member who did something; null stands for a program with a key."""

    id = serializers.IntegerField()
    name = serializers.SerializerMethodField()

    def get_name(self, user: User) -> str:
        return user.get_full_name() or user.get_username()


class ApprovalSerializer(serializers.Serializer[JourneyApproval]):
    state = serializers.ChoiceField(choices=ApprovalState.choices)
    revision = serializers.IntegerField(help_text="What was asked for; a draft saved since is another revision.")
    asked_by = PersonSerializer(allow_null=True)
    asked_at = serializers.DateTimeField()
    decided_by = PersonSerializer(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    comment = serializers.SerializerMethodField(help_text="What was said last: by the one who decided, else the asker.")

    def get_comment(self, approval: JourneyApproval) -> str:
        return approval.answer or approval.comment
