"""`import_ratings FILE --source NAME`: takes in the ratings that another system collected."""

from portal.core.exchange.command import ImportCommand


class Command(ImportCommand):
    """The form and its rules stand in `hall.ratings.exchange`; options and exit codes in the base class."""

    help = "Take in ratings of another system, CSV or NDJSON; sent again, only what changed is written."
    form_name = "ratings"
