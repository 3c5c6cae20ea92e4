"""manage.py verify_bids: recompute every receipt, chain, signature and root, every envelope's hash, every opened bid."""

from hashlib import sha256
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from procurement.bids import proofs
from procurement.bids.models import Book, Submission
from procurement.bids.opened import changed_bids
from procurement.bids.vault import pieces


class Command(BaseCommand):
    help = "Check the books of sealed bids: numbers, chain, signatures, roots, the stored files, and what was opened."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", nargs="?", default="", help="one tender; all when left out")
        parser.add_argument("--books-only", action="store_true", help="leave the stored files out")

    def handle(self, *args: Any, **options: Any) -> None:
        books = Book.objects.select_related("lot__project").order_by("lot__project__number", "lot__number")
        if options["number"]:
            books = books.filter(lot__project__number=options["number"])
            if not books.exists():
                raise CommandError(f"no books of {options['number']}")
        wrong = 0
        for book in books.iterator():
            found = proofs.problems_of(book) + ([] if options["books_only"] else broken_files(book))
            wrong += len(found)
            past = proofs.past_roots(book)
            also = f", {len(past)} former root{'s' if len(past) > 1 else ''}" if past else ""
            self.stdout.write(f"{book.name}: {'; '.join(found) or 'intact'} ({book.sequence} receipts{also})")
        for place, what in changed_bids(options["number"]):
            wrong += 1
            self.stdout.write(f"{place}: {what}")
        if wrong:
            raise CommandError(f"{wrong} problems")


def broken_files(book: Book) -> list[str]:
    """The envelopes that are lost or are not what their receipts name."""
    found = []
    for one in Submission.objects.filter(book=book, act=Submission.Act.SUBMITTED).order_by("sequence"):
        digest = sha256()
        try:
            for piece in pieces(one.sha256):
                digest.update(piece)
        except FileNotFoundError:
            found.append(f"the envelope of receipt {one.sequence} is lost")
            continue
        if digest.hexdigest() != one.sha256:
            found.append(f"the envelope of receipt {one.sequence} was changed")
    return found
