"""Tags that say which class of a model somebody is in."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from profiles import tags
from profiles.choices import TagKind, TagSource
from profiles.models import Computed, Tag
from workspaces.models import Workspace


def give_model_tags(workspace: Workspace, computed: Computed, labels: Mapping[UUID, str | None], now: datetime) -> None:
    """Give the model's tag, if there is one of its key and of kind `model`, with the class as value. People are locked."""
    if (
        not labels
        or not Tag.objects.filter(workspace=workspace, key=computed.key, kind=TagKind.MODEL, is_ending=False).exists()
    ):
        return
    by_label: dict[str | None, list[UUID]] = defaultdict(list)
    for person, label in labels.items():
        by_label[label].append(person)
    by = f"model:{computed.key}"
    for label, people in by_label.items():
        if label is None:
            tags.unassign_locked(workspace, computed.key, people, by, now, source=TagSource.MODEL)
        else:
            tags.assign_locked(workspace, tags.Giving(computed.key, label, TagSource.MODEL, by), people, now)
