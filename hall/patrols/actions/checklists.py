"""The checklist as versioned data, and the areas of the hall."""

from collections.abc import Mapping

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from hall.patrols.models import Area, Chapter, Checklist, Point
from hall.patrols.policies import may_patrol
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.time import now, today

LONGEST, LONGEST_EN = 200, 300
BETWEEN = "|"  # the point, and behind it its English


@action
def begin_draft(actor: Actor) -> Checklist:
    """A new version to edit, copied from the one in force; the draft that exists already, if there is one."""
    _only_patrol(actor)
    if found := Checklist.objects.filter(state=Checklist.State.DRAFT).first():
        return found
    current = Checklist.objects.filter(state=Checklist.State.PUBLISHED).first()
    number = (Checklist.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    draft = Checklist.objects.create(number=number, title=current.title if current else "")
    for chapter in current.chapters.prefetch_related("points") if current else ():
        copy = Chapter.objects.create(
            checklist=draft, code=chapter.code, name=chapter.name, name_en=chapter.name_en, order=chapter.order
        )
        Point.objects.bulk_create(
            Point(chapter=copy, text=one.text, text_en=one.text_en, order=one.order) for one in chapter.points.all()
        )
    record(draft, "checklist.begun", actor, data={"number": number})
    return draft


@action
def save_draft(actor: Actor, checklist_id: int, texts: Mapping[str, str]) -> Checklist:
    """Write the points of each chapter, one a line; English may stand behind a bar. Raises Invalid with `fields`."""
    _only_patrol(actor)
    draft = _draft(checklist_id)
    chapters = {chapter.code: chapter for chapter in draft.chapters.all()}
    lines = {code: _points(texts.get(code, "")) for code in chapters}
    wrong: dict[str, type_of_message] = {
        code: _("Line %(n)s is too long.") % {"n": n}
        for code, points in lines.items()
        for n, (text, text_en) in enumerate(points, 1)
        if len(text) > LONGEST or len(text_en) > LONGEST_EN
    }
    wrong |= {code: _("Enter at least one point.") for code, points in lines.items() if not points}
    if wrong:
        raise Invalid(fields=wrong)
    for code, points in lines.items():
        chapters[code].points.all().delete()
        Point.objects.bulk_create(
            Point(chapter=chapters[code], text=text, text_en=text_en, order=n)
            for n, (text, text_en) in enumerate(points)
        )
    record(draft, "checklist.saved", actor, data={"points": sum(len(points) for points in lines.values())})
    return draft


def _points(text: str) -> list[tuple[str, str]]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [(one.partition(BETWEEN)[0].strip(), one.partition(BETWEEN)[2].strip()) for one in lines]


@action
def publish_draft(actor: Actor, checklist_id: int) -> Checklist:
    """Tours that begin from now on use it; those that run keep theirs."""
    _only_patrol(actor)
    draft = _draft(checklist_id)
    Checklist.objects.filter(state=Checklist.State.PUBLISHED).update(state=Checklist.State.RETIRED)
    draft.state, draft.valid_from, draft.published_at = Checklist.State.PUBLISHED, today(), now()
    draft.save(update_fields=["state", "valid_from", "published_at"])
    record(draft, "checklist.published", actor, data={"number": draft.number})
    return draft


@action
def make_area(actor: Actor, *, name: str, name_en: str = "", order: int = 100) -> Area:
    """A part of the hall that tours come through."""
    _only_patrol(actor)
    name = name.strip()
    if not name:
        raise Invalid(fields={"name": _("Enter the area's name.")})
    if Area.objects.filter(name=name).exists():
        raise Invalid(fields={"name": _("Another area has this name already.")})
    area = Area.objects.create(name=name, name_en=name_en.strip(), order=order)
    record(area, "area.made", actor, data={"name": name})
    return area


@action
def close_area(actor: Actor, area_id: int) -> Area:
    """Tours leave it out from today on; its findings stay."""
    _only_patrol(actor)
    try:
        area = db.lock_row(Area.objects.all(), area_id)
    except Area.DoesNotExist:
        raise NotFound() from None
    if area.closed_on is not None:
        raise WrongState(_("This area is closed already."))
    area.closed_on = today()
    area.save(update_fields=["closed_on"])
    record(area, "area.closed", actor)
    return area


def _only_patrol(actor: Actor) -> None:
    if actor.user is not None and not may_patrol(actor.user):
        raise NotAllowed()


def _draft(checklist_id: int) -> Checklist:
    try:
        draft = db.lock_row(Checklist.objects.all(), checklist_id)
    except Checklist.DoesNotExist:
        raise NotFound() from None
    if draft.state != Checklist.State.DRAFT:
        raise WrongState(_("A published checklist is not edited: begin a new version."))
    return draft
