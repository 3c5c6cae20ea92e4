"""Uploaded files: checked by content, stored under their hash, never public. This is the face other rooms import."""

from portal.core.files.policies import may_read, purpose_of, register_policy
from portal.core.files.store import attach, open_file, scan_pending, share, store
from portal.core.files.sweep import Swept, sweep_orphans

__all__ = [
    "Swept",
    "attach",
    "may_read",
    "open_file",
    "purpose_of",
    "register_policy",
    "scan_pending",
    "share",
    "store",
    "sweep_orphans",
]
