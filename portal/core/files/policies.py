"""Who may read a file: the app that gave the file its kind says so; without an answer only the owner."""

from collections.abc import Callable
from typing import Any

from portal.core.models.files import StoredFile

FilePolicy = Callable[[Any, StoredFile], bool]
_policies: dict[str, FilePolicy] = {}


def register_policy(kind: str, policy: FilePolicy) -> None:
    """`policy(user, file)` decides about every attached file of this kind ("cases.material")."""
    _policies[kind] = policy


def is_owner(user: Any, file: StoredFile) -> bool:
    return user.pk is not None and user.pk == file.owner_user_id


def may_read(user: Any, file: StoredFile) -> bool:
    """True for the owner before the file is attached; afterwards as its kind's policy says."""
    if not user.is_authenticated:
        return False
    policy = _policies.get(file.kind)
    if policy is None or file.stream_id is None:
        return is_owner(user, file)
    return policy(user, file)
