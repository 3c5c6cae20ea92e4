"""`openapi`: compare the schema with the committed one, or write it."""

from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.api.promise import breaks
from portal.api.views.docs import schema

FILE = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"


def as_text() -> str:
    return yaml.safe_dump(_plain(schema()), allow_unicode=True, sort_keys=True, width=120)


def _plain(value: Any) -> Any:
    """Without lazy texts and subclasses, which YAML does not know."""
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if value is None or isinstance(value, bool):
        return value
    return int(value) if isinstance(value, int) else value if isinstance(value, float) else str(value)


class Command(BaseCommand):
    help = "Compare the API's schema with docs/openapi.yaml; with --write, write it if nothing breaks."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        text = as_text()
        old = yaml.safe_load(FILE.read_text(encoding="utf-8")) if FILE.exists() else {"paths": {}}
        if broken := breaks(old, yaml.safe_load(text)):
            raise CommandError("version 1 only grows:\n" + "\n".join(broken))
        if options["write"]:
            FILE.write_text(text, encoding="utf-8")
            self.stdout.write(f"written: {FILE}")
        elif yaml.safe_load(text) != old:
            raise CommandError("docs/openapi.yaml is older than the code: run `manage.py openapi --write`")
