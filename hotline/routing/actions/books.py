"""Versions of the rules: begun as a copy of the live one, tried on past tickets, put live by a second person."""

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from hotline.routing import policies
from hotline.routing.loading import wrong_with
from hotline.routing.models import Rule, RuleBook
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.events import record
from portal.core.jobs import enqueue
from portal.core.time import now
from portal.people.models import User

TRY = "routing.try"
COPIED = (
    "position", "name", "category_id", "area", "words", "without", "time_from", "time_to", "weekdays",
    "department_id", "grade", "kind", "disabled_at", "disabled_because",
)  # fmt: skip
NOT_TRIED = _("Please try the draft on past tickets first, as it stands now.")
SECOND_PERSON = _("Whoever changed something in the draft cannot put it live. Please ask a colleague.")


def editor_of(actor: Actor) -> User:
    """Raises NotAllowed for who writes no rules."""
    if actor.user is None or not policies.may_edit_rules(actor.user):
        raise NotAllowed()
    return actor.user


def locked_draft(book_id: int, state_version: int) -> RuleBook:
    """The draft, locked. Raises NotFound, WrongState for a version in use, Stale when somebody else changed it."""
    try:
        book = db.lock_row(RuleBook.objects.all(), book_id)
    except RuleBook.DoesNotExist:
        raise NotFound() from None
    if book.state != RuleBook.State.DRAFT:
        raise WrongState()
    if book.state_version != state_version:
        raise Stale()
    return book


def touch(book: RuleBook, editor: User) -> None:
    """Something in the draft was changed: its trial counts no more, and the editor is no second person."""
    book.state_version += 1
    book.save(update_fields=["state_version"])
    book.editors.add(editor)


@action
def start_draft(actor: Actor) -> RuleBook:
    """The draft that there is, or a new one that begins as a copy of the version in use."""
    editor = editor_of(actor)
    db.lock_name("hotline.routing.books")
    if found := RuleBook.objects.filter(state=RuleBook.State.DRAFT).first():
        return found
    number = (RuleBook.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    book = RuleBook.objects.create(number=number, made_at=now(), made_by=editor)
    live = Rule.objects.filter(book__state=RuleBook.State.LIVE)
    Rule.objects.bulk_create(Rule(book=book, **{name: getattr(one, name) for name in COPIED}) for one in live)
    record(book, "rulebook.begun", actor, to_state=book.state)
    return book


@action
def discard(actor: Actor, book_id: int, *, state_version: int) -> None:
    """Throw the draft away; what is in use stays."""
    editor_of(actor)
    book = locked_draft(book_id, state_version)
    record(book, "rulebook.discarded", actor, from_state=book.state, data={"number": book.number})
    book.delete()


@action
def try_draft(actor: Actor, book_id: int, *, state_version: int) -> None:
    """Ask for a trial of the draft as it stands; a job does it, the page shows what came of it."""
    editor_of(actor)
    book = locked_draft(book_id, state_version)
    if not book.rules.exists():
        raise Invalid(_("The draft has no rule yet. Please add one first."), fields={})
    book.trial, book.tried_version = None, book.state_version
    book.save(update_fields=["trial", "tried_version"])
    enqueue(TRY, {"book": book.pk, "version": book.state_version}, key=f"{book.pk}:{book.state_version}:{now():%s%f}")


@action
def put_live(actor: Actor, book_id: int, *, state_version: int, note: str) -> RuleBook:
    """A second person takes the tried draft into use; the former version retires. Raises NotAllowed, Invalid, Stale."""
    editor = editor_of(actor)
    db.lock_name("hotline.routing.books")
    book = locked_draft(book_id, state_version)
    if not policies.may_put_live(editor, book):
        raise NotAllowed(SECOND_PERSON, code="second_person")
    if book.trial is None or book.tried_version != book.state_version:
        raise Invalid(NOT_TRIED, code="not_tried")
    broken = [one.name for one in book.rules.select_related("category", "department") if wrong_with(one)]
    if broken:
        raise Invalid(_("These rules cannot be used: %(names)s. Please mend or remove them."), names=", ".join(broken))
    if not note.strip():
        raise Invalid(fields={"note": _("Please say what changes.")})
    moment = now()
    RuleBook.objects.filter(state=RuleBook.State.LIVE).update(state=RuleBook.State.RETIRED, retired_at=moment)
    book.state, book.live_at, book.live_by, book.note = RuleBook.State.LIVE, moment, editor, note.strip()[:200]
    book.state_version += 1
    book.save(update_fields=["state", "live_at", "live_by", "note", "state_version"])
    record(
        book, "rulebook.live", actor, from_state=RuleBook.State.DRAFT, to_state=book.state,
        data={"number": book.number, "note": book.note},
    )  # fmt: skip
    return book
