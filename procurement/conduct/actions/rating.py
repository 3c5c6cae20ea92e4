"""Rating experts and the agency of a tender that has ended, objecting, and publishing a new sheet."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.rules import rule
from portal.core.time import now, today
from portal.people.models import Organisation, User
from procurement.bidders.agents import acts_for
from procurement.bidders.policies import may_manage_trading
from procurement.conduct import notices, policies
from procurement.conduct.lifecycle import RATING
from procurement.conduct.marks import object_until, recount
from procurement.conduct.models import Act, Rating, Sheet, Subject
from procurement.conduct.rules import RATE_DAYS
from procurement.experts.models import Expert, PanelMember
from procurement.fixed import facts
from procurement.tenders.actions.common import person
from procurement.tenders.models import Project
from procurement.tenders.policies import is_party

RATED_STATES = ("awarded", "contracted", "completed", "failed", "repeated")
LONGEST_SHEET = 60
MOST_POINTS = 100


def raters_side(user: User, project: Project) -> tuple[str, str]:
    """As what somebody rates, and in which slot; ("", "") for who rates nothing here."""
    if may_manage_trading(user) and not is_party(user, project):
        return Rating.By.OFFICER.value, "officer"
    if acts_for(user, project.buyer_id):
        return Rating.By.BUYER.value, "buyer"
    sat = PanelMember.objects.filter(panel__project=project, user=user.pk, state="attending", expert__isnull=False)
    member = sat.values_list("expert", flat=True).first()
    return (Rating.By.EXPERT.value, f"expert-{member}") if member else ("", "")


def rateable_experts(project: Project) -> Any:
    """Those who sat on the committee, and those who failed to come."""
    seats = PanelMember.objects.filter(panel__project=project, expert__isnull=False)
    came = seats.filter(state="attending") | seats.filter(state="replaced", why__in=("absent", "partial"))
    return Expert.objects.filter(pk__in=came.values("expert")).select_related("user").order_by("pk")


def sheet_of(subject: str, on: dt.date) -> Sheet:
    """The version of the sheet that holds on the day."""
    held = Sheet.objects.filter(subject=subject, valid_from__lte=on).order_by("-valid_from", "-number").first()
    if held is None:
        raise WrongState(_("No rating sheet is in force."))
    return held


@action
def rate(
    actor: Actor, project_id: int, *, subject: str, subject_id: int, acts: Sequence[int], note: str = ""
) -> Rating:
    """Rate one expert or the agency of a tender once. Raises NotFound, WrongState, Invalid with `fields`.

    Everybody rates in the own slot: centre and buyer one each, an expert of the committee for the others and the agency.
    """
    user = person(actor)
    project = Project.objects.select_related("agency").filter(pk=project_id, announced_at__isnull=False).first()
    by, slot = raters_side(user, project) if project else ("", "")
    if project is None or not slot:
        raise NotFound()
    expert, agency = _subject(project, subject, subject_id)
    if (expert is not None and expert.user_id == user.pk) or (agency is not None and acts_for(user, agency.pk)):
        raise NotAllowed(_("Nobody rates himself or the own organisation."))
    _check_time(project)
    sheet = sheet_of(subject, today())
    found = list(Act.objects.filter(sheet=sheet, pk__in=list(acts)))
    wrong: dict[str, type_of_message] = {}
    if len(found) != len(set(acts)):
        wrong["acts"] = _("Please choose acts of the sheet in force.")
    if found and not note.strip():
        wrong["note"] = _("Write what happened: points are deducted for facts only.")
    if wrong:
        raise Invalid(fields=wrong)
    held = Rating.objects.filter(project=project, subject=subject, expert=expert, agency=agency, slot=slot)
    if held.exists():
        raise WrongState(_("Your side has rated here already. A rating is changed by an objection only."))
    made = Rating.objects.create(
        project=project, subject=subject, expert=expert, agency=agency, by=by, slot=slot, rater=user, sheet=sheet,
        points=sum(act.points for act in found), note=note.strip(), year=today().year, rated_at=now(),
        object_until=object_until(today()),
    )  # fmt: skip
    made.acts.set(found)
    record(
        made,
        "rating.given",
        actor,
        to_state=made.state,
        data={"points": made.points, "acts": len(found), **facts(made)},
    )
    notices.tell_rated(made)
    recount(made)
    return made


def _subject(project: Project, subject: str, subject_id: int) -> tuple[Expert | None, Organisation | None]:
    """The rated one, locked, so that two ratings at once count one after the other. Raises NotFound."""
    if subject == Subject.AGENCY and project.agency_id == subject_id:
        return None, db.lock_row(Organisation.objects.all(), subject_id)
    if subject == Subject.EXPERT and rateable_experts(project).filter(pk=subject_id).exists():
        return db.lock_row(Expert.objects.select_related("user"), subject_id), None
    raise NotFound()


def _check_time(project: Project) -> None:
    if project.state not in RATED_STATES:
        raise WrongState(_("Ratings are given once the tender has its result."))
    if project.ended_on is not None:
        last = workdays().add(project.ended_on, rule(RATE_DAYS, project.ended_on).days)
        if today() > last:
            raise WrongState(_("The time for ratings of this tender has passed."))


@action
def take_rating_step(
    actor: Actor, rating_id: int, code: str, inputs: Mapping[str, Any], *, state_version: int | None
) -> Rating:
    """Object, uphold, withdraw. Raises what the lifecycle raises; NotFound for a rating that is not one's to see."""
    held = Rating.objects.visible_to(person(actor)).filter(pk=rating_id).first()
    if held is None or code not in RATING.transitions:
        raise NotFound()
    _lock_subject(held)
    one = db.lock_row(Rating.objects.select_related("expert__user", "agency", "project"), rating_id)
    if code in ("uphold", "withdraw") and one.rater_id == person(actor).pk:
        raise NotAllowed(_("Whoever rated does not answer the objection: a second person decides."))
    step = RATING.begin(one, code, actor, inputs, state_version=state_version)
    before, after = step.apply()
    one.save()
    record(one, f"rating.{code}", actor, from_state=before, to_state=after, data={**step.data, **facts(one)})
    if code == "withdraw":
        recount(one)
    if code != "object":
        notices.tell_answered(one, RATING.states[after].label)
    return one


def _lock_subject(one: Rating) -> None:
    if one.expert_id is not None:
        db.lock_row(Expert.objects.all(), one.expert_id)
    else:
        db.lock_row(Organisation.objects.all(), one.agency_id)


@dataclass(frozen=True, kw_only=True)
class ActDraft:
    """One line of a new sheet."""

    code: str
    text: str
    points: int
    source: str
    text_en: str = ""


@action
def publish_sheet(actor: Actor, subject: str, acts: Sequence[ActDraft], *, valid_from: dt.date) -> Sheet:
    """Publish the next version of a sheet, from tomorrow at the earliest; ratings keep theirs. Raises Invalid."""
    user = person(actor)
    if not policies.may_sit_in_judgement(user):
        raise NotAllowed()
    wrong: dict[str, type_of_message] = {}
    if subject not in Subject.values:
        wrong["subject"] = _("Please choose one of the answers.")
    if valid_from <= today():
        wrong["valid_from"] = _("A new sheet begins tomorrow at the earliest: ratings keep the rules of their day.")
    if not 1 <= len(acts) <= LONGEST_SHEET:
        wrong["acts"] = _("A sheet has between 1 and %(n)s acts.") % {"n": LONGEST_SHEET}
    elif len({one.code for one in acts}) != len(acts):
        wrong["acts"] = _("Each code stands once.")
    elif any(not (one.code.strip() and one.text.strip() and one.source.strip()) for one in acts):
        wrong["acts"] = _("Each act has a code, a text and a source.")
    elif any(not 1 <= one.points <= MOST_POINTS for one in acts):
        wrong["acts"] = _("An act costs between 1 and %(n)s points.") % {"n": MOST_POINTS}
    if wrong:
        raise Invalid(fields=wrong)
    db.lock_name(f"conduct.sheet.{subject}")
    last = Sheet.objects.filter(subject=subject).aggregate(last=Max("number"))["last"] or 0
    made = Sheet.objects.create(subject=subject, number=last + 1, valid_from=valid_from, published_by=user)
    Act.objects.bulk_create(Act(sheet=made, **{**vars(one), "code": one.code.strip()}) for one in acts)
    record(made, "sheet.published", actor, data={"subject": subject, "version": made.number, "from": valid_from})
    return made
