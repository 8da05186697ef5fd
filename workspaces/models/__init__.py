from workspaces.models.api_key import ApiKey
from workspaces.models.audit import AuditAction, AuditEntry
from workspaces.models.privacy import PrivacySettings, RetentionRun
from workspaces.models.workspace import Membership, Workspace

__all__ = [
    "ApiKey",
    "AuditAction",
    "AuditEntry",
    "Membership",
    "PrivacySettings",
    "RetentionRun",
    "Workspace",
]
