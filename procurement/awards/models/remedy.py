"""Objections (异议), queries (质疑) and complaints (投诉): who is not content, with what, and what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.models import StoredFile
from portal.people.models import Organisation
from procurement.awards.querysets import RemedyQuerySet
from procurement.tenders.models import Lot, Project

OPEN = ("filed", "accepted")


class Remedy(models.Model):
    """One objection, query or complaint of one firm."""

    class Kind(models.TextChoices):
        OBJECTION = "objection", pgettext_lazy("remedy", "Objection")
        QUERY = "query", pgettext_lazy("remedy", "Query")
        COMPLAINT = "complaint", pgettext_lazy("remedy", "Complaint")

    class Stage(models.TextChoices):
        DOCUMENTS = "documents", pgettext_lazy("remedy stage", "The documents")
        OPENING = "opening", pgettext_lazy("remedy stage", "The opening")
        RESULT = "result", pgettext_lazy("remedy stage", "The result")

    class Outcome(models.TextChoices):
        UPHELD = "upheld", pgettext_lazy("remedy outcome", "Founded")
        PARTLY = "partly", pgettext_lazy("remedy outcome", "Partly founded")
        REJECTED = "rejected", pgettext_lazy("remedy outcome", "Not founded")

    class Consequence(models.TextChoices):
        NONE = "none", pgettext_lazy("remedy consequence", "Nothing changes")
        CHANGE = "change", pgettext_lazy("remedy consequence", "The documents are to be changed")
        AGAIN = "again", pgettext_lazy("remedy consequence", "The bids are evaluated again")
        VOID = "void", pgettext_lazy("remedy consequence", "The result is void")
        REPEAT = "repeat", pgettext_lazy("remedy consequence", "The result is void and the tender is repeated")

    number = models.CharField(_("number"), max_length=48, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    stage = models.CharField(_("about"), max_length=10, choices=Stage.choices)
    project = models.ForeignKey(Project, models.PROTECT, related_name="remedies")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="remedies")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="remedies")
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # What a complaint goes on from: the objection or query of the same firm.
    prior = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="complaints")
    facts = models.TextField(_("facts and grounds"))
    claim = models.TextField(_("what is asked for"))
    state = models.CharField(max_length=12, default="filed")
    state_version = models.PositiveIntegerField(default=0)
    filed_at = models.DateTimeField(_("filed at"))
    filed_on = models.DateField(_("filed on"))
    # The day by which the present step has to be done: the answer, the acceptance, the decision.
    due_on = models.DateField(_("due on"), null=True, blank=True)
    red_lit_on = models.DateField(null=True, blank=True)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    suspended_from_on = models.DateField(_("suspended from"), null=True, blank=True)
    # NULL while suspended: until the decision.
    suspended_until_on = models.DateField(_("suspended until"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices, blank=True, default="")
    consequence = models.CharField(_("consequence"), max_length=8, choices=Consequence.choices, blank=True, default="")
    answer = models.TextField(_("answer or decision"), blank=True, default="")
    frivolous = models.BooleanField(_("without any basis in fact"), default=False)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    objects = RemedyQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection, query or complaint")
        verbose_name_plural = _("objections, queries and complaints")
        constraints = (
            models.UniqueConstraint(
                fields=["project", "organisation", "kind", "stage"],
                condition=Q(state__in=OPEN),
                name="one_open_remedy_a_firm",
            ),
            models.CheckConstraint(
                condition=Q(kind="complaint") | Q(prior__isnull=True), name="only_a_complaint_goes_on"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("answered", "decided")) | Q(ended_on__isnull=False, outcome__gt=""),
                name="an_answer_has_its_outcome",
            ),
        )
        indexes = (
            models.Index(fields=["-filed_at", "-id"], name="remedy_latest"),
            models.Index(fields=["kind", "-filed_at"], name="remedy_kind"),
            models.Index(fields=["due_on", "id"], name="remedy_due", condition=Q(due_on__isnull=False)),
            models.Index(fields=["project"], name="remedy_open", condition=Q(state__in=OPEN)),
            models.Index(
                fields=["-ended_on", "-id"], name="remedy_decided", condition=Q(kind="complaint", state="decided")
            ),
        )

    def __str__(self) -> str:
        return self.number


class RemedyFile(models.Model):
    """Evidence that came with it."""

    remedy = models.ForeignKey(Remedy, models.CASCADE, related_name="files")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.file)
