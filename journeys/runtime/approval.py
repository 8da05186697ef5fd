"""A second person looks at a draft before it is published. What they approve is one revision, not what is saved later."""

from datetime import datetime
from typing import Literal

from django.contrib.auth.models import User
from django.db import transaction

from journeys.choices import ApprovalState, ChangeKind
from journeys.models import Journey, JourneyApproval
from journeys.runtime.changes import note
from workspaces.errors import DomainError


class SecondPersonRequired(DomainError):
    """Who asked cannot approve, nor can a program: a person other than the asker must."""

    def __init__(self) -> None:
        super().__init__("second_person_required", "Another member than the one who asked must decide.", status=409)


def latest_approval(journey: Journey) -> JourneyApproval | None:
    return journey.approvals.select_related("asked_by", "decided_by").order_by("-id").first()


def demand_approval(journey: Journey) -> None:
    """Raise DomainError `approval_required` if publishing needs an approval that the present revision does not have."""
    if not journey.approval_required:
        return
    latest = latest_approval(journey)
    if latest is None or latest.revision != journey.revision or latest.state != ApprovalState.APPROVED:
        raise DomainError("approval_required", "A second person must approve this revision first.", status=409)


def ask_approval(journey: Journey, user: User | None, now: datetime, comment: str = "") -> JourneyApproval:
    """Ask for the present revision. Raises DomainError `approval_asked` if it is asked for, or approved, already."""
    with transaction.atomic():
        stored = _locked(journey)
        latest = latest_approval(stored)
        if latest and latest.revision == stored.revision and latest.state != ApprovalState.REJECTED:
            raise DomainError("approval_asked", f"This revision is {latest.state} already.", status=409)
        approval = JourneyApproval.objects.create(
            workspace_id=stored.workspace_id,
            journey=stored,
            revision=stored.revision,
            asked_by=user,
            asked_at=now,
            comment=comment,
        )
        note(stored, ChangeKind.APPROVAL_ASKED, now, user, {"revision": stored.revision, "comment": comment})
    return approval


def decide_approval(
    journey: Journey, user: User | None, now: datetime, decision: Literal["approve", "reject"], comment: str = ""
) -> JourneyApproval:
    """Approve or reject what was asked for.

    Raises SecondPersonRequired, and DomainError `no_approval_asked`, `approval_outdated`.
    """
    with transaction.atomic():
        stored = _locked(journey)
        latest = latest_approval(stored)
        if latest is None or latest.state != ApprovalState.ASKED:
            raise DomainError("no_approval_asked", "Nobody has asked for an approval.", status=409)
        if user is None or user.pk == latest.asked_by_id:
            raise SecondPersonRequired
        if latest.revision != stored.revision:
            raise DomainError("approval_outdated", "The draft has been saved since the approval was asked.", status=409)
        latest.state = ApprovalState.APPROVED if decision == "approve" else ApprovalState.REJECTED
        latest.decided_by, latest.decided_at, latest.answer = user, now, comment
        latest.save()
        kind = ChangeKind.APPROVED if decision == "approve" else ChangeKind.REJECTED
        note(stored, kind, now, user, {"revision": stored.revision, "comment": comment})
    return latest


def _locked(journey: Journey) -> Journey:
    return Journey.objects.select_for_update().get(pk=journey.pk)
