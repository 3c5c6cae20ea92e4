"""Lamps of public trading: bonds, contracts, payments, objections and complaints, the days after the evaluation.

They belong to a buyer and to the trading centre, not to a department of the centre: who looks over all sees them.
"""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import pgettext_lazy

from portal.core.lamps import LampSource, register_lamps
from portal.supervision.monitoring.sources.common import at_key, at_number, limit
from procurement.awards.models import Contract, Payment, Procedure, Remedy
from procurement.tenders.models import Bond

APP = "procurement"


def _bonds() -> "QuerySet[Any]":
    return Bond.objects.filter(state="due_back")


def _contracts() -> "QuerySet[Any]":
    return Contract.objects.filter(due_on__isnull=False, state__in=("due", "signed"))


def _payments() -> "QuerySet[Any]":
    return Payment.objects.filter(paid_on__isnull=True, contract__state="signed")


def _remedies() -> "QuerySet[Any]":
    return Remedy.objects.filter(due_on__isnull=False, state__in=("filed", "accepted"))


def _procedures() -> "QuerySet[Any]":
    return Procedure.objects.filter(due_on__isnull=False)


def register() -> None:
    """Called in `ready()`."""
    for source in _sources():
        register_lamps(source)


def _sources() -> tuple[LampSource, ...]:
    return (
        LampSource(
            "bonds.refund", APP, pgettext_lazy("lamp", "Bid bond to go back"), limit(_bonds),
            number="reference", name="lot__project__title", url=at_key("tenders:bond-one"),
            owner="lot__project__buyer__name", due="due_on",
        ),
        LampSource(
            "contracts.limit", APP, pgettext_lazy("lamp", "Contract to be signed or published"), limit(_contracts),
            number="number", name="lot__project__title", url=at_key("awards:contract"),
            owner="lot__project__buyer__name", due="due_on",
        ),
        LampSource(
            "contracts.payment", APP, pgettext_lazy("lamp", "Payment to a contractor"), limit(_payments),
            number="contract__number", name="name", url=at_key("awards:contract"), link="contract_id",
            owner="contract__lot__project__buyer__name", due="due_on",
        ),
        LampSource(
            "remedies.limit", APP, pgettext_lazy("lamp", "Objection, query or complaint"), limit(_remedies),
            number="number", name="project__title", url=at_number("awards:remedy"),
            owner="project__buyer__name", due="due_on",
        ),
        LampSource(
            "awards.stage", APP, pgettext_lazy("lamp", "Publicity and award of a tender"), limit(_procedures),
            number="project__number", name="project__title", url=at_number("awards:project"),
            owner="project__buyer__name", due="due_on",
        ),
    )  # fmt: skip
