"""manage.py verify_results: scores, offers, awards, contracts, deals and where each matter stands, against the events."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.core.db.statistics import snapshot
from procurement import fixed
from procurement.awards import proofs
from procurement.evaluation import offers
from procurement.evaluation.models import Scorecard
from procurement.evaluation.proofs import changed_cards, changed_results
from procurement.tenders.models import Project


class Command(BaseCommand):
    """The events themselves are proved by `verify_audit`, sealed bids by `verify_bids`, draws by `verify_draw`."""

    help = (
        "Find what was changed in the database: scores, results, offers, awards, contracts, deals, bonds, notices, remedies,"
        " penalties, seats of committees, clarifications, ratings, red and black lists."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", nargs="?", default="", help="one tender; all, and all deals, when left out")

    def handle(self, *args: Any, number: str, **options: Any) -> None:
        if number and not Project.objects.filter(number=number).exists():
            raise CommandError(f"there is no tender {number}")
        with snapshot():
            self._verify(number)

    def _verify(self, number: str) -> None:
        cards = Scorecard.objects.filter(handed_in_at__isnull=False).select_related("evaluation__lot__project")
        if number:
            cards = cards.filter(evaluation__lot__project__number=number)
        found = [
            f"{card.evaluation.lot.project.number}/{card.evaluation.lot.number}, card {card.pk}: {what}"
            for card, what in changed_cards(cards.order_by("pk").iterator())
        ]
        found += [f"{place}: {what}" for place, what in changed_results(number)]
        found += [f"{place}: {what}" for place, what in offers.problems(number)]
        found += [f"{place}: {what}" for place, what in proofs.changed_awards(number)]
        found += [f"{place}: {what}" for place, what in proofs.changed_states(number)]
        found += [f"{place}: {what}" for place, what in fixed.changed(number)]
        if not number:
            found += [f"{place}: {what}" for place, what in proofs.changed_deals()]
        for line in found:
            self.stderr.write(line)
        if found:
            raise CommandError(f"{len(found)} differences")
        self.stdout.write(
            f"{cards.count()} handed in cards, all results, final offers, awards, contracts, deals, bonds and notices, and"
            " what remedies, penalties, seats, ratings and lists say: intact"
        )
