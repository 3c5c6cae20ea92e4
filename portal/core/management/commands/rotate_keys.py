"""Re-seals personal data and rebuilds blind indexes under the current keys; afterwards the old keys can go."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.core import crypto, fields, rotation


class Command(BaseCommand):
    help = (
        "Put a new key first in FIELD_KEYS or BLIND_KEYS (keep the old one behind it), restart, run this, and take "
        "the old key out. It can be stopped and started again; it says what is left."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only count what is still under an old key")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"sealing key {crypto.field_keys().current_id}, index key {crypto.blind_keys().current_id}")
        left = 0
        for model in fields.personal_models():
            if not options["check"]:
                self._report(rotation.rotate_model(model))
            remaining = rotation.count_stale(model)
            left += remaining
            self.stdout.write(f"{model._meta.label}: {remaining} rows left under an old key")
        if left and not options["check"]:
            raise CommandError(f"{left} rows are still under an old key: keep the old keys and look at these rows.")

    def _report(self, done: rotation.Rotation) -> None:
        for name, count in sorted(done.changed.items()):
            self.stdout.write(f"{done.label}.{name}: {count} values moved")
        for pk, error in done.broken:
            self.stderr.write(f"{done.label} {pk}: {error}")
