"""What colleagues say about a journey."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from journeys.choices import ChangeKind
from journeys.models import Journey, JourneyComment
from journeys.runtime.changes import note


def comment(journey: Journey, user: User | None, now: datetime, text: str, node_id: str = "") -> JourneyComment:
    """Add a comment, about the journey or about one node of it."""
    with transaction.atomic():
        added = JourneyComment.objects.create(
            workspace_id=journey.workspace_id, journey=journey, text=text, node_id=node_id, author=user
        )
        note(journey, ChangeKind.COMMENTED, now, user, {"comment": str(added.pk), "node_id": node_id or None})
    return added
