"""`manage.py ticket_diagram`: writes the ticket's life cycle, as the table has it, to the docs."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from hotline.diagram import page

TARGET = Path("docs") / "ticket-lifecycle.md"


class Command(BaseCommand):
    help = "Write docs/ticket-lifecycle.md: the states and steps of a ticket as a diagram and two tables."

    def handle(self, *_args: Any, **_options: Any) -> None:
        path = Path(settings.BASE_DIR) / TARGET
        path.write_text(page(), encoding="utf-8")
        self.stdout.write(f"{TARGET} written.")
