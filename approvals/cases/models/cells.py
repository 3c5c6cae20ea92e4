"""The daily cells of cases: what `measures.py` declares, kept by the statistics engine."""

from django.db import models

from portal.core.models.statistics import AbstractCell, add_figures

# Upper edges of the histogram of actual working days; the last bucket is for what took longer.
ACTUAL_DAYS_EDGES = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 30, 45, 60, 90)

FLOWS = (
    # filing and first answer
    "received", "answers", "late_answers", "accepted",
    # decisions
    "concluded", "approved", "refused", "immediate_concluded", "promise_concluded", "early", "on_due_day", "overdue",
    "overdue_immediate", "overdue_legal", "extended", "online_concluded",
    # days of concluded promise cases, and how many of them have each
    "legal_days", "with_legal_days", "promised_days", "with_promised_days", "actual_days", "with_actual_days",
    "filing_days", "with_filing_days", "compressible_legal_days", "compressible_promised_days",
    # decisions taken back later; renewals granted by law; ends without a decision
    "revoked", "deemed_granted", "withdrawn", "terminated", "withdrawn_overdue", "returned", "not_accepted",
    "ended_otherwise",
    # lamps
    "amber", "red",
    # kinds of handling, and a "no" that the second person decided on too late
    "kind_immediate", "kind_promise", "kind_joint", "kind_supplement", "kind_returned", "kind_reported", "late_no",
)  # fmt: skip
# Sums of what was added and taken away: the balance at the end of a day is their sum up to that day.
BALANCES = ("open", "open_overdue", "open_stopped")


class CaseFigures(AbstractCell):
    """The figures, without dimensions."""

    class Meta:
        abstract = True


add_figures(
    CaseFigures,
    (
        *FLOWS,
        *BALANCES,
        *(f"took_to_{edge}" for edge in ACTUAL_DAYS_EDGES),
        f"took_over_{ACTUAL_DAYS_EDGES[-1]}",
    ),
)


class DepartmentCell(CaseFigures):
    """By department, channel and kind: as many a day in a large city as in a small one, so boards read these."""

    department_id = models.BigIntegerField()
    channel = models.CharField(max_length=10)
    kind = models.CharField(max_length=10)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["day", "department_id", "channel", "kind"], name="one_department_cell"),
        )
        indexes = (models.Index(fields=["department_id", "day"], name="department_cell"),)


class ItemCell(CaseFigures):
    """By department, item, channel and kind."""

    department_id = models.BigIntegerField()
    item_id = models.BigIntegerField()
    channel = models.CharField(max_length=10)
    kind = models.CharField(max_length=10)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["day", "department_id", "item_id", "channel", "kind"], name="one_item_cell"
            ),
        )
        indexes = (models.Index(fields=["department_id", "day"], name="item_cell_department"),)


class WindowCell(CaseFigures):
    """By department, window and deciding clerk; 0 stands for none."""

    department_id = models.BigIntegerField()
    window_id = models.BigIntegerField()
    staff_id = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["day", "department_id", "window_id", "staff_id"], name="one_window_cell"),
        )
        indexes = (models.Index(fields=["department_id", "day"], name="window_cell_department"),)
