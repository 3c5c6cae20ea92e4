"""`import_deals FILE --source NAME`: takes in the deals of another system."""

from portal.core.exchange.command import ImportCommand


class Command(ImportCommand):
    """The form and its rules stand in `procurement.exchange`; options and exit codes in the base class."""

    help = "Take in deals of another system, CSV or NDJSON; sent again, only what changed is written."
    form_name = "deals"
