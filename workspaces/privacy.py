"""A workspace's privacy rules: who sees what, how long things are kept, where consent is asked twice."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID

from workspaces.choices import Role
from workspaces.masking import PERSONAL_KEYS
from workspaces.models.privacy import PrivacySettings

# PIPL art. 56: records of the handling of personal information are kept three years at least.
LEAST_AUDIT_DAYS = 3 * 365
SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class PrivacyRules:
    """`retention`: category → days, None: kept without end; categories are those of `workspaces.retention`."""

    clear_roles: tuple[str, ...] = (Role.OWNER, Role.ADMIN)
    unmask_roles: tuple[str, ...] = (Role.OWNER, Role.ADMIN, Role.OPERATOR)
    personal_keys: tuple[str, ...] = PERSONAL_KEYS
    double_opt_in: tuple[str, ...] = ()
    erasure_grace_days: int = 30
    link_days: int = 180
    retention: Mapping[str, int | None] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        return {**asdict(self), "retention": dict(self.retention)}


def rules_of(workspace_id: UUID) -> PrivacyRules:
    """Return the rules in force."""
    found = PrivacySettings.objects.filter(workspace_id=workspace_id).values_list("rules", flat=True).first()
    return read_rules(found or {})


def read_rules(stored: Mapping[str, Any]) -> PrivacyRules:
    lists = {name: tuple(value) for name, value in stored.items() if isinstance(value, list)}
    return PrivacyRules(**{**stored, **lists})


def change_rules(workspace_id: UUID, changes: Mapping[str, Any], now: datetime) -> PrivacyRules:
    """Change the rules that are named; the others stay. Must run in a transaction."""
    row = settings_of(workspace_id, now)
    retention = {**row.rules.get("retention", {}), **changes.get("retention", {})}
    row.rules = {**row.rules, **changes, "retention": retention}
    row.changed_at = now
    row.save()
    return read_rules(row.rules)


def settings_of(workspace_id: UUID, now: datetime) -> PrivacySettings:
    """Return the workspace's row, locked; it is made when it is first needed. Must run in a transaction."""
    PrivacySettings.objects.get_or_create(
        workspace_id=workspace_id, defaults={"salt": secrets.token_bytes(SALT_BYTES), "changed_at": now}
    )
    return PrivacySettings.objects.select_for_update().get(workspace_id=workspace_id)


def salt_of(workspace_id: UUID) -> bytes | None:
    """Return the salt of the workspace's hashes, None while nobody has needed one."""
    salt = PrivacySettings.objects.filter(workspace_id=workspace_id).values_list("salt", flat=True).first()
    return None if salt is None else bytes(salt)


def digest(salt: bytes, kind: str, value: str) -> str:
    """Hash an identity or an address. Without the salt nobody can try all phone numbers."""
    return blake2b(f"{kind}\0{value}".encode(), key=salt, digest_size=20).hexdigest()
