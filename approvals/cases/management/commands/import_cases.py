"""`import_cases FILE --source NAME`: takes in the cases of another system."""

from portal.core.exchange.command import ImportCommand


class Command(ImportCommand):
    """See `docs/exchange` for the form."""

    help = "Take in cases of another system, CSV or NDJSON; sent again, only what changed is written."
    form_name = "cases"
