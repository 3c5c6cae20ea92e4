"""`manage.py seal_events`: writes tonight's seal now."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.core.audit import seal_events


class Command(BaseCommand):
    help = "Seal the events that were recorded since the last seal."

    def handle(self, *args: Any, **options: Any) -> None:
        seal = seal_events()
        self.stdout.write(f"sealed {seal.leaves} streams: {seal.root}" if seal else "nothing new to seal")
