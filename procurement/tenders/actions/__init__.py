"""What changes tenders: registration, documents, announcement, questions, steps, bonds, subscriptions."""

from procurement.tenders.actions.announcing import announce, publish_change
from procurement.tenders.actions.bonds import confirm_by_provider, declare_bond, light_lamps, settle_bond
from procurement.tenders.actions.inviting import invite, uninvite
from procurement.tenders.actions.lots import light_failed_lots, settle_failed_lot
from procurement.tenders.actions.papers import add_documents, answer, ask, subscribe, take_document, withdraw_document
from procurement.tenders.actions.registering import LotDraft, TenderDraft, register, rewrite
from procurement.tenders.actions.steps import close_due, move, receive_due, repeat, take_step

__all__ = [
    "LotDraft",
    "TenderDraft",
    "add_documents",
    "announce",
    "answer",
    "ask",
    "close_due",
    "confirm_by_provider",
    "declare_bond",
    "invite",
    "light_failed_lots",
    "light_lamps",
    "move",
    "publish_change",
    "receive_due",
    "register",
    "repeat",
    "rewrite",
    "settle_bond",
    "settle_failed_lot",
    "subscribe",
    "take_document",
    "take_step",
    "uninvite",
    "withdraw_document",
]
