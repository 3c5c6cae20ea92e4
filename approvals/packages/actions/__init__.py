"""What changes packages and their filings: one function, one use case, one transaction."""

from approvals.packages.actions.certificates import give_certificate
from approvals.packages.actions.drafting import (
    add_paper,
    answer_guide,
    begin,
    discard,
    leave_out,
    remove_paper,
    renew,
    save_page,
)
from approvals.packages.actions.filing import submit, withdraw
from approvals.packages.actions.later import bring_at_once, promise_later
from approvals.packages.actions.packages import (
    PackageDraft,
    VersionDraft,
    discard_version,
    edit_version,
    make_package,
    new_version,
    publish,
    resume,
    review,
    suspend,
)
from approvals.packages.actions.portal import follow_case, follow_case_now, light_lamps, reflow
from approvals.packages.actions.sent_in import Sending, send_in
from approvals.packages.actions.signing import certify_commitment, sign_commitment, unsign_commitment
from approvals.packages.actions.taking_in import begin_at_window, keep_paper, let_go

__all__ = [
    "PackageDraft",
    "Sending",
    "VersionDraft",
    "add_paper",
    "answer_guide",
    "begin",
    "begin_at_window",
    "bring_at_once",
    "certify_commitment",
    "discard",
    "discard_version",
    "edit_version",
    "follow_case",
    "follow_case_now",
    "give_certificate",
    "keep_paper",
    "leave_out",
    "let_go",
    "light_lamps",
    "make_package",
    "new_version",
    "promise_later",
    "publish",
    "reflow",
    "remove_paper",
    "renew",
    "resume",
    "review",
    "save_page",
    "send_in",
    "sign_commitment",
    "submit",
    "suspend",
    "unsign_commitment",
    "withdraw",
]
