"""`import_tickets FILE --source NAME`: takes in the hotline tickets of another system."""

from portal.core.exchange.command import ImportCommand


class Command(ImportCommand):
    """The form and its rules stand in `hotline.exchange`; options and exit codes in the base class."""

    help = "Take in hotline tickets of another system, CSV or NDJSON; sent again, only what changed is written."
    form_name = "tickets"
