"""`import_catalogue FILE --source NAME`: takes in the items of another system."""

from portal.core.exchange.command import ImportCommand


class Command(ImportCommand):
    """New items come in as drafts, closed to filing until somebody has completed and published them."""

    help = "Take in items of another system, CSV or NDJSON; sent again, only what changed is written."
    form_name = "items"
