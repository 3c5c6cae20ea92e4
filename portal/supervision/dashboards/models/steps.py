"""The steps of cases: for each change of state how long the case had stood where it came from, and its way as a whole.

Both are read off the events, which stay the truth: whoever throws these rows away gets them back by `build_steps`.
"""

from django.db import models

LONGEST_WAY = 240  # characters; a dirty key of the statistics holds four hundred


class CaseStep(models.Model):
    """One stay in a state, written when it is over. `sequence` is the place of the event that ended it.

    `days` are the working days after the day of entering up to that of leaving; `minutes` are those of the clock.
    The department is the one that had the case while it stood there.
    """

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    sequence = models.PositiveIntegerField()
    from_state = models.CharField(max_length=24)
    to_state = models.CharField(max_length=24)
    department = models.ForeignKey("people.Department", models.PROTECT, related_name="+")
    item = models.ForeignKey("catalogue.Item", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField()
    left_on = models.DateField()
    days = models.PositiveIntegerField()
    minutes = models.PositiveBigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "sequence"], name="one_step_an_event"),)
        indexes = (models.Index(fields=["left_on", "from_state", "to_state"], name="step_day"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.from_state} → {self.to_state}"


class CaseWay(models.Model):
    """The states of a case from filing to its first end, in order; a case that was opened again has none until it ends."""

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="+")
    way = models.CharField(max_length=LONGEST_WAY)
    department = models.ForeignKey("people.Department", models.PROTECT, related_name="+")
    item = models.ForeignKey("catalogue.Item", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    ended_on = models.DateField()
    minutes = models.PositiveBigIntegerField()

    class Meta:
        indexes = (models.Index(fields=["ended_on"], name="way_day"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.way}"
