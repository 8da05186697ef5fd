"""What each app contributes to erasures, to exports of one person, and to retention, plugged together."""

from collections.abc import Sequence

from channels_app import erasing as channels_erasing
from channels_app import person_export as channels_export
from channels_app import retention as channels_retention
from channels_app.channels import identity_types
from channels_app.ports import Reply, ports
from journeys.runtime import erasing as journeys_erasing
from journeys.runtime import person_export as journeys_export
from profiles import identity
from profiles.identity_values import normalise
from profiles.privacy import files, links, opt_in
from profiles.privacy import retention as profiles_retention
from workspaces import erasing, retention
from workspaces.models import Workspace


def confirm_by_reply(replies: Sequence[Reply]) -> None:
    """`channels_app.ports.Ports.replied`: 回复Y确认 makes a pending grant one that holds."""
    for reply in replies:
        if not opt_in.confirms(reply.content):
            continue
        profile = identity.find(reply.workspace_id, normalise(identity_types(reply.channel)[0], reply.address))
        if profile is not None:
            workspace = Workspace.objects.get(id=reply.workspace_id)
            opt_in.confirm(workspace, profile, reply.channel, f"{reply.channel}_reply", reply.proof, reply.at)


def register_privacy() -> None:
    """Register everybody's part; calling it twice changes nothing. Journeys come first: runs end before their messages."""
    erasing.register_eraser("journeys", journeys_erasing.erase, handles=journeys_erasing.HANDLES)
    erasing.register_eraser("channels", channels_erasing.erase, handles=channels_erasing.HANDLES)
    erasing.register_eraser("files", files.erase, handles=files.HANDLES)
    erasing.register_exporter("journeys", journeys_export.sections)
    erasing.register_exporter("channels", channels_export.sections)
    ports.preference_url = links.preference_url
    if confirm_by_reply not in ports.replied:
        ports.replied.append(confirm_by_reply)
    retention.register(*profiles_retention.CATEGORIES, *channels_retention.CATEGORIES)
