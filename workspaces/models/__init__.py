from workspaces.models.api_key import ApiKey
from workspaces.models.workspace import Membership, Workspace

__all__ = ["ApiKey", "Membership", "Workspace"]
