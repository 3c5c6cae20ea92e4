"""What changes certificates: each public action is one transaction. This is the face that other rooms import."""

from approvals.certificates.actions.issuing import follow
from approvals.certificates.actions.portal import expire_due, remind_due
from approvals.certificates.actions.printing import mark_printed, mark_spoiled
from approvals.certificates.actions.renewing import renew
from approvals.certificates.actions.steps import decide, propose, take_back
from approvals.certificates.actions.types import TypeDraft, VersionDraft, add_version, close_type, make_type, set_links
from approvals.certificates.actions.using import note_uses, use

__all__ = [
    "TypeDraft",
    "VersionDraft",
    "add_version",
    "close_type",
    "decide",
    "expire_due",
    "follow",
    "make_type",
    "mark_printed",
    "mark_spoiled",
    "note_uses",
    "propose",
    "remind_due",
    "renew",
    "set_links",
    "take_back",
    "use",
]
