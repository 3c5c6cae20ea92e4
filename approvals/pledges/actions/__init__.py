"""What changes promises, commitments and credit records: one function, one use case, one transaction."""

from approvals.pledges.actions.commitments import (
    ask_correction,
    certify_paper,
    decide_at_once,
    keep,
    light_lamps,
    publish_text,
    report_breach,
    retire_text,
    sign,
    take_signature_back,
    write_text,
)
from approvals.pledges.actions.credit import answer, ask
from approvals.pledges.actions.materials import (
    bring,
    bring_remotely,
    lapse_due,
    promise_later,
    remind_due,
    send_back,
    set_terms,
    settle,
    take_back,
    tolerate,
)

__all__ = [
    "answer",
    "ask",
    "ask_correction",
    "bring",
    "bring_remotely",
    "certify_paper",
    "decide_at_once",
    "keep",
    "lapse_due",
    "light_lamps",
    "promise_later",
    "publish_text",
    "remind_due",
    "report_breach",
    "retire_text",
    "send_back",
    "set_terms",
    "settle",
    "sign",
    "take_back",
    "take_signature_back",
    "tolerate",
    "write_text",
]
