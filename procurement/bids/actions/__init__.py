"""What changes bids and openings: keys, officers, submissions, the opening, what follows it."""

from procurement.bids.actions.aftermath import answer_objection, confirm, issue_record, object_to, settle_due
from procurement.bids.actions.again import take_bids_again
from procurement.bids.actions.bonds import judge_anew
from procurement.bids.actions.decrypting import (
    conclude,
    decide_window,
    give_own_key,
    record_decrypted,
    record_uncovered,
    uncover,
    watch_window,
)
from procurement.bids.actions.following import follow, waiting
from procurement.bids.actions.joint import (
    MemberDraft,
    answer_consortium,
    attach_agreement,
    dissolve_consortium,
    propose_consortium,
    revise_consortium,
)
from procurement.bids.actions.keys import end_key, prove_key, register_key
from procurement.bids.actions.naming import name_openers
from procurement.bids.actions.opening import begin, finish, give_part, lapse, record_opened
from procurement.bids.actions.submitting import submit, withdraw
from procurement.bids.actions.watching import note_failures, note_look

__all__ = [
    "MemberDraft",
    "answer_consortium",
    "answer_objection",
    "attach_agreement",
    "begin",
    "conclude",
    "confirm",
    "decide_window",
    "dissolve_consortium",
    "end_key",
    "finish",
    "follow",
    "give_own_key",
    "give_part",
    "issue_record",
    "judge_anew",
    "lapse",
    "name_openers",
    "note_failures",
    "note_look",
    "object_to",
    "propose_consortium",
    "prove_key",
    "record_decrypted",
    "record_opened",
    "record_uncovered",
    "register_key",
    "revise_consortium",
    "settle_due",
    "submit",
    "take_bids_again",
    "uncover",
    "waiting",
    "watch_window",
    "withdraw",
]
