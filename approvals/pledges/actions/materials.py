"""Tolerant acceptance: a material is promised for later, brought, looked at; or the day passes."""

import datetime as dt
from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from approvals.cases import policies as case_policies
from approvals.cases.actions.filing import FILES_A_MATERIAL, editable
from approvals.cases.actions.steps import locked as locked_case
from approvals.cases.models import Case, CaseMaterial
from approvals.catalogue.models import Item, Material
from approvals.pledges import notices, policies, terms
from approvals.pledges.actions.steps import PORTAL, locked_promise, mark_pledged, note, take_material
from approvals.pledges.measures import PROMISED_MEASURES
from approvals.pledges.models import PromisedMaterial, ToleranceTerms
from approvals.pledges.rules import days
from approvals.pledges.subjects import refuse_if_barred
from portal.core import files, statistics
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.events import record, stream_of
from portal.core.idempotency import Outcome, body_hash, once
from portal.core.models import StoredFile
from portal.core.templatetags.portal import day as in_words
from portal.core.time import now, today

BATCH = 200


@action
def promise_later(actor: Actor, case_id: int, material_id: int, due_on: dt.date) -> PromisedMaterial:
    """The applicant promises, in the draft, to bring a material by a day. Saying it again changes the day.

    Raises NotFound, WrongState (the item or the material allows none; filed meanwhile), Barred, Invalid for the day.
    """
    case = editable(actor, case_id)
    if not case.is_draft or actor.user is None:
        raise WrongState()
    material = _tolerable(case, material_id)
    refuse_if_barred(case)
    check_day(case, due_on)
    mark_pledged(case)
    promise = PromisedMaterial.objects.filter(case=case, material=material).standing().first()
    promise = promise or PromisedMaterial(
        case=case, material=material, counted_for_id=case.department_id, item_id=case.item_id
    )
    promise.due_on, promise.made_at, promise.made_by = due_on, now(), actor.user
    promise.decides_first = terms.decides_first(case.item_id)
    promise.save()
    return promise


@action
def take_back(actor: Actor, case_id: int, material_id: int) -> None:
    """The applicant brings it at once after all. Nothing of it is kept: a draft promises nothing yet. Raises NotFound."""
    case = editable(actor, case_id)
    if not case.is_draft:
        raise WrongState()
    PromisedMaterial.objects.filter(case=case, material=material_id, promised_on__isnull=True).delete()


@action
def tolerate(
    actor: Actor, case_id: int, material_ids: Collection[int], due_on: dt.date, *, agreed: bool, state_version: int
) -> list[PromisedMaterial]:
    """A clerk notes at the acceptance what the applicant promises to bring, with the applicant's word.

    Raises NotFound, NotAllowed, Stale, WrongState (answered already, nothing may follow), Barred, Invalid.
    """
    case = locked_case(case_id, actor)
    if actor.user is None or not case_policies.may_handle(actor.user, case):
        raise NotAllowed()
    if state_version != case.state_version:
        raise Stale()
    if case.state != "submitted":
        raise WrongState(_("Materials may be left for later only until the application is accepted."))
    if not material_ids:
        raise Invalid(fields={"materials": _("Choose the materials that are to follow.")})
    if not agreed:
        raise Invalid(fields={"agreed": _("Without the applicant’s word nothing may be left for later.")})
    found = [_tolerable(case, pk) for pk in material_ids]
    refuse_if_barred(case)
    check_day(case, due_on)
    mark_pledged(case)
    first = terms.decides_first(case.item_id)
    held = {one.material_id for one in terms.promises_of(case)}
    made = [
        PromisedMaterial(
            case=case, material=one, counted_for_id=case.department_id, item_id=case.item_id, due_on=due_on,
            decides_first=first, made_by=actor.user, at_window=True, promised_on=today(),
        )
        for one in found if one.pk not in held
    ]  # fmt: skip
    if not made:
        raise Invalid(fields={"materials": _("These materials have been promised already.")})
    for promise in made:
        with statistics.watch(PROMISED_MEASURES, promise):
            promise.save(force_insert=True)
    names = {"text": "、".join(one.material.name for one in made), "due_on": due_on}
    note(case, "pledge.tolerated", actor, names)
    notices.tell_promised(case, made)
    return made


def _tolerable(case: Case, material_id: int) -> Material:
    material = Material.objects.filter(pk=material_id, version=case.version_id).first()
    if material is None:
        raise NotFound()
    if not material.tolerable:
        raise WrongState(_("“%(material)s” may not follow later. Please bring it."), material=material.local_name)
    return material


def check_day(case: Case, due_on: dt.date) -> None:
    """Raises WrongState where the item leaves no time, Invalid for a day that is past, today or too late."""
    check_due(terms.latest_day(case), due_on)


def check_due(latest: dt.date | None, due_on: dt.date) -> None:
    """The same against a last day that is known already."""
    if latest is None:
        raise WrongState(_("This item is decided at once, so nothing may follow later."))
    if due_on <= today():
        raise Invalid(fields={"due_on": _("Choose a day after today.")})
    if due_on > latest:
        words = _("Choose a day up to %(day)s: the rules leave no longer.") % {"day": in_words(latest)}
        raise Invalid(fields={"due_on": words})


# --- brought and looked at --------------------------------------------------------------------------------------------


@action
def bring(
    actor: Actor, promise_id: int, stored: list[StoredFile], *, on_paper: bool = False, state_version: int
) -> PromisedMaterial:
    """The applicant sends what was promised, or brings it on paper to the window, where a clerk enters it.

    Raises NotFound, NotAllowed, Stale, WrongState, Invalid without a file.
    """
    return _brought(actor, promise_id, stored, on_paper=on_paper, state_version=state_version)


@action
def bring_remotely(
    actor: Actor, case_id: int, promise_id: int, stored: list[StoredFile], *, on_paper: bool = False, once_key: str = ""
) -> Outcome:
    """A system supplies what was promised: the department's own, or the one that sent the filing in. What it asserts does
    not depend on what it read before, so no state is asked for.

    The same key with the same content gives the stored outcome. Raises NotFound, NotAllowed, WrongState (not awaited any
    more), Invalid, KeyReused.
    """

    def run() -> Outcome:
        if not PromisedMaterial.objects.filter(pk=promise_id, case=case_id, promised_on__isnull=False).exists():
            raise NotFound
        promise = _brought(actor, promise_id, stored, on_paper=on_paper, state_version=None)
        return {"id": promise.pk, "case": case_id}

    content = {"promise": promise_id, "files": [[one.name, one.sha256] for one in stored], "on_paper": on_paper}
    return once(actor, "pledges.bring_remotely", once_key, body_hash(content), run)


def _brought(
    actor: Actor, promise_id: int, stored: list[StoredFile], *, on_paper: bool, state_version: int | None
) -> PromisedMaterial:
    promise = locked_promise(promise_id, actor)
    case = promise.case
    by_clerk = actor.user is not None and not case_policies.is_applicant(actor.user, case)
    if not stored and not (on_paper and by_clerk):
        raise Invalid(fields={"files": _("Please choose the file of the material.")})
    if len(stored) > FILES_A_MATERIAL:
        raise Invalid(fields={"files": _("At most %(n)s files for one material. Please put several pages into one PDF.")
                              % {"n": FILES_A_MATERIAL}})  # fmt: skip
    take_material(promise, "bring", actor, state_version=state_version)
    for one in stored:
        files.attach(one.pk, stream=stream_of(case), stream_id=case.pk, owner=actor)
        _hang(promise, actor, file=one, title=one.name)
    if not stored:
        _hang(promise, actor, on_paper=True, title=promise.material.name)
    notices.tell_brought(promise)
    return promise


def _hang(promise: PromisedMaterial, actor: Actor, **columns: object) -> None:
    CaseMaterial.objects.create(case=promise.case, material=promise.material, added_by=actor.user, **columns)


@action
def settle(actor: Actor, promise_id: int, *, state_version: int) -> PromisedMaterial:
    """A clerk finds it in order. Raises NotFound, NotAllowed, Stale, WrongState."""
    return take_material(locked_promise(promise_id, actor), "settle", actor, state_version=state_version)


@action
def send_back(actor: Actor, promise_id: int, reason: str, *, state_version: int) -> PromisedMaterial:
    """A clerk finds that it is not what was promised; the day stays. Raises NotFound, NotAllowed, Stale, Invalid."""
    promise = locked_promise(promise_id, actor)
    take_material(promise, "send_back", actor, {"note": reason}, state_version=state_version)
    replaced = promise.case.materials.filter(material=promise.material, replaced_at__isnull=True)
    replaced.update(replaced_at=now())
    notices.tell_sent_back(promise)
    return promise


# --- the day comes and goes -------------------------------------------------------------------------------------------


def lapse_due() -> int:
    """Let the promises of which the day has passed lapse. Returns how many; a second run finds nothing new."""
    due = PromisedMaterial.objects.filter(state="promised", promised_on__isnull=False, due_on__lt=today())
    return sum(_lapse(pk) for pk in list(due.order_by("due_on", "pk").values_list("pk", flat=True)[:BATCH]))


@action
def _lapse(promise_id: int) -> bool:
    promise = locked_promise(promise_id, PORTAL)
    if promise.state != "promised" or promise.due_on >= today():
        return False
    take_material(promise, "lapse", PORTAL)
    notices.tell_lapsed(promise)
    return True


def remind_due() -> int:
    """Remind before the day and on the day, each once. Returns how many."""
    day = today()
    soon = workdays().add(day, days("pledge.reminder_days"))
    due = PromisedMaterial.objects.filter(
        state="promised", promised_on__isnull=False, due_on__gte=day, due_on__lte=soon
    )
    told = due.filter(reminded_for__isnull=True) | due.filter(due_on=day).exclude(reminded_for=day)
    ids = list(told.order_by("due_on", "pk").values_list("pk", flat=True)[:BATCH])
    return sum(_remind(pk) for pk in ids)


@action
def _remind(promise_id: int) -> bool:
    promise, day = locked_promise(promise_id, PORTAL), today()
    told = promise.reminded_for is not None and (promise.due_on != day or promise.reminded_for == day)
    if promise.state != "promised" or promise.due_on < day or told:
        return False
    promise.reminded_for = day
    promise.save(update_fields=["reminded_for"])
    notices.tell_due_soon(promise)
    return True


# --- terms --------------------------------------------------------------------------------------------------------------


@action
def set_terms(
    actor: Actor, item_id: int, *, decides_first: bool, ground: str, valid_from: dt.date | None = None
) -> ToleranceTerms:
    """New terms of an item from a day on, tomorrow at the earliest, unless it had none. The past stays as it was.

    Raises NotFound, NotAllowed, Invalid.
    """
    item = Item.objects.filter(pk=item_id).first()
    if item is None:
        raise NotFound()
    if actor.user is None or not policies.may_edit(actor.user, item):
        raise NotAllowed()
    wrong = {}
    if not ground.strip():
        wrong["ground"] = _("Enter the article or decision that the terms rest on.")
    last = ToleranceTerms.objects.filter(item=item).order_by("-valid_from").first()
    begins = valid_from or (today() if last is None else today() + dt.timedelta(days=1))
    if last is not None and begins <= max(last.valid_from, today()):
        wrong["valid_from"] = _("New terms begin tomorrow at the earliest, and later than those there are.")
    if last is None and begins < today():
        wrong["valid_from"] = _("Terms cannot begin in the past.")
    if wrong:
        raise Invalid(fields=wrong)
    made = ToleranceTerms.objects.create(
        item=item, valid_from=begins, decides_first=decides_first, ground=ground.strip(), set_by=actor.user
    )
    record(item, "item.tolerance_terms", actor, data={"from": begins, "decides_first": decides_first})
    return made
