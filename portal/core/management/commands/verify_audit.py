"""`manage.py verify_audit`: checks every hash chain, head and seal; exits 1 with what is broken."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from portal.core.audit import differences
from portal.core.models import Event, Seal


class Command(BaseCommand):
    help = "Check every hash chain, head and seal of the audit trail."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for difference in differences():
            broken += 1
            self.stderr.write(difference)
        if broken:
            self.stderr.write(f"{broken} differences")
            sys.exit(1)
        self.stdout.write(f"{Event.objects.count()} events and {Seal.objects.count()} seals are whole")
