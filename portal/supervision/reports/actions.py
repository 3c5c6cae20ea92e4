"""What changes a report: drawing it up, reading its figures anew, its text, its steps, its Word document."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from portal.core import db, files
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState, type_of_message
from portal.core.events import record
from portal.core.jobs import enqueue
from portal.core.time import now, today
from portal.people.models import Department, User
from portal.supervision.reports import marks, policies, word
from portal.supervision.reports.lifecycle import REPORT
from portal.supervision.reports.models import Comparison, Report, ReportFile, ReportText
from portal.supervision.reports.reading import read
from portal.supervision.reports.standing import bound_of
from portal.supervision.reports.writing import first_text

FILE_KIND = "reports.document"
LONGEST_PERIOD = 731  # days: two years
LONGEST_PARAGRAPH = 6000
RENDER = "reports.render"
PORTAL = Actor.system("reports")


def draw_up(
    actor: Actor, *, title: str, first: dt.date, last: dt.date, comparison: str, department: Department | None
) -> Report:
    """Read the figures of a period and write the first text. Raises Invalid, NotAllowed.

    The reading is a snapshot of its own before the transaction that keeps it: it may take seconds and locks nothing.
    """
    user = _person(actor)
    if not policies.may_draw_up_for(user, department):
        raise NotAllowed()
    _check(title, first, last, comparison)
    data = read(first, last, comparison, department)
    return _keep(actor, title.strip(), first, last, comparison, department, data)


@action
def _keep(
    actor: Actor, title: str, first: dt.date, last: dt.date, comparison: str, department: Department | None,
    data: dict[str, Any],
) -> Report:  # fmt: skip
    user = _person(actor)
    report = Report(
        title=title, department=department, first=first, last=last, comparison=comparison,
        language=get_language() or "zh-hans", data=data, read_at=dt.datetime.fromisoformat(data["read_at"]),
        made_by=user, made_at=now(),
    )  # fmt: skip
    report.save()
    text = ReportText(report=report, number=1, paragraphs=first_text(bound_of(report)), by=user, at=now())
    text.save()
    record(report, "report.made", actor, to_state=report.state, data=_told(report))
    return report


def read_again(actor: Actor, report_id: int, *, state_version: int) -> Report:
    """Take the figures of today for the same period; the text stays. Raises NotFound, WrongState, NotAllowed, Stale."""
    report = Report.objects.select_related("department").filter(pk=report_id).first()
    if report is None:
        raise NotFound()
    return _renew(
        actor, report_id, read(report.first, report.last, report.comparison, report.department), state_version
    )


@action
def _renew(actor: Actor, report_id: int, data: dict[str, Any], state_version: int) -> Report:
    report = _editable(actor, report_id, state_version)
    report.data, report.read_at = data, dt.datetime.fromisoformat(data["read_at"])
    report.state_version += 1
    report.save(update_fields=["data", "read_at", "state_version"])
    record(report, "report.read_again", actor, data=_told(report))
    return report


@action
def rewrite(
    actor: Actor, report_id: int, paragraphs: Mapping[str, str], *, note: str = "", state_version: int
) -> ReportText:
    """Keep a new version of the text. Raises Invalid beside the paragraph whose marks are wrong."""
    report = _editable(actor, report_id, state_version)
    latest = text_of(report)
    wanted = {key: paragraphs.get(key, old).replace("\r\n", "\n").strip() for key, old in latest.paragraphs.items()}
    wrong: dict[str, type_of_message] = {}
    for key, text in wanted.items():
        if len(text) > LONGEST_PARAGRAPH:
            wrong[key] = _("Please use at most %(n)s characters.") % {"n": LONGEST_PARAGRAPH}
        elif found := marks.problems(text):
            wrong[key] = " ".join(found)
    if wrong:
        raise Invalid(fields=wrong)
    if wanted == latest.paragraphs:
        return latest
    made = ReportText(
        report=report, number=latest.number + 1, paragraphs=wanted, by=_person(actor), at=now(), note=note.strip()[:200]
    )
    made.save()
    report.state_version += 1
    report.save(update_fields=["state_version"])
    changed = sorted(key for key, text in wanted.items() if text != latest.paragraphs[key])
    record(report, "report.rewritten", actor, data={"number": made.number, "sections": changed})
    return made


@action
def take_step(actor: Actor, report_id: int, code: str, inputs: Mapping[str, Any], *, state_version: int) -> Report:
    """Lay before the signer, sign, send back, withdraw the signature. Raises what the lifecycle raises."""
    report = _locked(actor, report_id)
    step = REPORT.begin(report, code, actor, inputs, state_version=state_version)
    if code == "sign" and ReportText.objects.filter(report=report, by=actor.user).exists():
        raise NotAllowed(_("You have written in this report: somebody else signs it."))
    before, after = step.apply()
    report.save()
    record(report, f"report.{code}", actor, from_state=before, to_state=after, data=dict(step.data))
    return report


@action
def ask_document(actor: Actor, report_id: int) -> ReportFile:
    """Ask for the Word document of the present text and figures; asked for twice, it is made once."""
    report = _locked(actor, report_id)
    text = text_of(report)
    signed = report.state == "signed"
    found = ReportFile.objects.filter(text=text, read_at=report.read_at, signed=signed).first()
    if found is None:
        found = ReportFile(report=report, text=text, read_at=report.read_at, signed=signed, asked_at=now())
        found.save()
        enqueue(RENDER, {"file": found.pk}, key=str(found.pk))
        record(report, "report.document_asked", actor, data={"number": text.number})
    return found


def render(file_id: int) -> None:
    """In the job's own transaction: make the document that was asked for, unless the report has changed meanwhile."""
    row = db.lock_row(ReportFile.objects.select_related("report__department", "text"), file_id)
    report = row.report
    if row.file_id is not None or row.read_at != report.read_at or row.signed != (report.state == "signed"):
        return
    with override(report.language):
        content = word.document(report, row.text)
    name = f"{report.title}.docx".replace("/", "／")
    stored = files.store(ContentFile(content, name=name), owner=PORTAL, kind=FILE_KIND)
    files.attach(stored.pk, stream="reports.report", stream_id=report.pk, owner=PORTAL)
    row.file = stored
    row.save(update_fields=["file"])


def text_of(report: Report) -> ReportText:
    """The present version of the text."""
    return report.texts.all()[0]


def _told(report: Report) -> dict[str, Any]:
    return {"first": report.first.isoformat(), "last": report.last.isoformat(), "read_at": report.read_at.isoformat()}


def _person(actor: Actor) -> User:
    if actor.user is None:
        raise NotAllowed()
    return actor.user


def _locked(actor: Actor, report_id: int) -> Report:
    """Locked; NotFound for a missing one and one that the actor does not see."""
    try:
        report = db.lock_row(Report.objects.select_related("department"), report_id)
    except Report.DoesNotExist:
        raise NotFound() from None
    if not policies.may_see(_person(actor), report):
        raise NotFound()
    return report


def _editable(actor: Actor, report_id: int, state_version: int) -> Report:
    report = _locked(actor, report_id)
    if not policies.may_edit(_person(actor), report):
        raise NotAllowed()
    if report.state != "draft":
        raise WrongState(_("Only a draft can be changed. Withdraw the signature or have it sent back first."))
    if report.state_version != state_version:
        raise Stale()
    return report


def _check(title: str, first: dt.date, last: dt.date, comparison: str) -> None:
    wrong: dict[str, type_of_message] = {}
    if not title.strip():
        wrong["title"] = _("Give the report a title.")
    if last < first:
        wrong["last"] = _("The period ends before it begins.")
    elif (last - first).days >= LONGEST_PERIOD:
        wrong["last"] = _("A report covers two years at most.")
    if first > today():
        wrong["first"] = _("This period has not begun yet.")
    if comparison not in Comparison.values:
        wrong["comparison"] = _("Please choose one of the answers.")
    if wrong:
        raise Invalid(fields=wrong)
