"""Who may read a file: the app that gave the file its kind says so; without an answer only the owner."""

from collections.abc import Callable
from typing import Any

from portal.core.models.files import StoredFile

FilePolicy = Callable[[Any, StoredFile], bool]
FilePurpose = Callable[[Any, StoredFile], str]
_policies: dict[str, FilePolicy] = {}
_purposes: dict[str, FilePurpose] = {}


def register_policy(kind: str, policy: FilePolicy, *, purpose: FilePurpose | None = None) -> None:
    """`policy(user, file)` decides about every attached file of this kind ("cases.material").

    `purpose(user, file)` says for what the reader looks at it, in a code of `access.register_purposes`.
    """
    _policies[kind] = policy
    if purpose is not None:
        _purposes[kind] = purpose


def purpose_of(user: Any, file: StoredFile) -> str:
    """For what somebody who may read the file looks at it, for the access log; empty where its kind names nothing."""
    purpose = _purposes.get(file.kind)
    return "" if purpose is None or file.stream_id is None else purpose(user, file)


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
