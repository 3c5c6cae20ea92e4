"""`import_cases FILE --source NAME`: takes in the cases of another system."""

from portal.core.exchange.command import ImportCommand


class Command(ImportCommand):
    """The form and its rules stand in `approvals.cases.exchange`; options and exit codes in the base class."""

    help = "Take in cases of another system, CSV or NDJSON; sent again, only what changed is written."
    form_name = "cases"
