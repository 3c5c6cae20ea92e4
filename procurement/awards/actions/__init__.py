"""What changes awards: publicity, choice and award, contracts and their performance, remedies, penalties, sweeps."""

from procurement.awards.actions.awarding import ChoiceDraft, award, choose
from procurement.awards.actions.contracts import (
    ContractDraft,
    accept_milestone,
    add_milestone,
    add_payment,
    decide_change,
    pay,
    propose_change,
    sign,
    take_contract_step,
)
from procurement.awards.actions.penalties import PenaltyDraft, propose_penalty, take_penalty_step
from procurement.awards.actions.publicity import SaleDraft, begin, publish, record_sale, report
from procurement.awards.actions.remedies import RemedyDraft, file_remedy, take_remedy_step
from procurement.awards.actions.subcontracts import add_subcontract
from procurement.awards.actions.sweeps import end_publicity, light_lamps, write_ended, write_failed_lots

__all__ = [
    "ChoiceDraft",
    "ContractDraft",
    "PenaltyDraft",
    "RemedyDraft",
    "SaleDraft",
    "accept_milestone",
    "add_milestone",
    "add_payment",
    "add_subcontract",
    "award",
    "begin",
    "choose",
    "decide_change",
    "end_publicity",
    "file_remedy",
    "light_lamps",
    "pay",
    "propose_change",
    "propose_penalty",
    "publish",
    "record_sale",
    "report",
    "sign",
    "take_contract_step",
    "take_penalty_step",
    "take_remedy_step",
    "write_ended",
    "write_failed_lots",
]
