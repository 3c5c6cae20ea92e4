"""What changes guided questions, and which of them help a reader who looks for something."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.catalogue import policies
from approvals.catalogue.guided import codes_of, parse_outline
from approvals.catalogue.models import GuidedPath, Item, LifeEvent
from portal.core import db, events
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale
from portal.core.search import normalise
from portal.core.time import now


@dataclass(frozen=True)
class GuidedDraft:
    """What an administrator writes."""

    code: str
    title: str
    outline: str
    title_en: str = ""
    life_event: str = ""
    words: str = ""
    shown: bool = False


@action
def save_guided(
    actor: Actor, draft: GuidedDraft, *, path_id: int | None = None, revision: int | None = None
) -> GuidedPath:
    """Make or rewrite a set of questions. Raises NotAllowed, Stale, Invalid (with the line that is wrong)."""
    _allow(actor)
    path = _locked(path_id) if path_id else GuidedPath(revision=0)
    if revision is not None and path.revision != revision:
        raise Stale()
    if GuidedPath.objects.filter(code=draft.code).exclude(pk=path.pk).exists():
        raise Invalid(fields={"code": _("Other questions have this code already.")}, code="code_taken")
    path.tree = parse_outline(draft.outline)
    known = set(Item.objects.filter(code__in=codes_of(path.tree)).values_list("code", flat=True))
    unknown = sorted(codes_of(path.tree) - known)
    if unknown:
        sentence = _("There is no item with the code %(codes)s.") % {"codes": ", ".join(unknown)}
        raise Invalid(fields={"outline": sentence}, code="unknown_item")
    for name in ("code", "title", "title_en", "words", "shown"):
        setattr(path, name, getattr(draft, name))
    path.life_event = LifeEvent.objects.filter(code=draft.life_event).first()
    path.revision += 1
    path.updated_at, path.updated_by = now(), actor.user
    path.save()
    events.record(path, "guided.saved", actor, data={"code": path.code, "shown": path.shown})
    return path


@action
def remove_guided(actor: Actor, path_id: int) -> None:
    """Take a set of questions away. Raises NotAllowed, NotFound."""
    _allow(actor)
    path = _locked(path_id)
    events.record(path, "guided.removed", actor, data={"code": path.code})
    path.delete()


def _allow(actor: Actor) -> None:
    if actor.user is None or not policies.can_administer(actor.user):
        raise NotAllowed()


def _locked(path_id: int) -> GuidedPath:
    try:
        return db.lock_row(GuidedPath.objects.all(), path_id)
    except GuidedPath.DoesNotExist:
        raise NotFound() from None


def helpful(chosen: dict[str, Any]) -> list[GuidedPath]:
    """The questions that fit what the reader looks for: its life event, or one of its everyday words. One query."""
    event, text = chosen.get("event"), normalise(str(chosen.get("q") or ""))
    if not event and not text:
        return []
    paths = GuidedPath.objects.filter(shown=True).select_related("life_event").defer("tree")
    return [path for path in paths if _fits(path, event, text)][:3]


def _fits(path: GuidedPath, event: str | None, text: str) -> bool:
    if event and path.life_event is not None and path.life_event.code == event:
        return True
    return bool(text) and any(word in text for word in normalise(path.words).split())
