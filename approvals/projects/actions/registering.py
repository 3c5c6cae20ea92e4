"""Registering and correcting a project, its end, and the green channel of key projects."""

import datetime as dt
import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from approvals.projects import notices, policies
from approvals.projects.actions.common import PORTAL, finish_request, join, locked, must_run, person, settle, told_of
from approvals.projects.lifecycle import APPOINTMENT, PROJECT, REQUEST, STAGE
from approvals.projects.models import Milestone, OpinionRequest, Project, Stage
from approvals.projects.standing import StageWaits
from portal.core import db, identity
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState, type_of_message
from portal.core.numbers import normalise_number
from portal.core.search import document
from portal.core.time import today
from portal.people.models import Department, Organisation, User
from portal.people.roles import STAFF

# Year and month, region, kind and nature of the project, serial: the form of the national platform, no check character.
CODE = re.compile(r"\d{2}(0[1-9]|1[0-2])-\d{6}-\d{2}-\d{2}-\d{6}")
MOST_FEN = 10**15  # ten thousand billion yuan: above that somebody has typed fen for yuan


@dataclass(frozen=True)
class ProjectDraft:
    """What is registered of a project."""

    code: str
    name: str
    builder_uscc: str
    site: str
    investment_fen: int
    kind: str
    lead_id: int
    contact_name: str = ""
    contact_phone: str = ""


@action
def register(actor: Actor, draft: ProjectDraft) -> Project:
    """Register a project under its national code; a department registers those that it leads. Raises Invalid."""
    user = person(actor)
    if not policies.may_register(user):
        raise NotAllowed()
    wrong, code, builder, lead = _checked(draft)
    if "code" not in wrong and Project.objects.filter(code=code).exists():
        wrong["code"] = _("A project with this code is registered already.")
    if wrong or builder is None or lead is None:
        raise Invalid(fields=wrong)
    project = Project(
        code=code, name=draft.name.strip(), builder=builder, site=draft.site.strip(), kind=draft.kind, lead=lead,
        investment_fen=draft.investment_fen, contact_name=draft.contact_name.strip(),
        contact_phone=draft.contact_phone.strip(), registered_on=today(), registered_by=user,
        search=_tokens(code, draft, builder),
    )  # fmt: skip
    if not policies.may_run(user, project):
        raise NotAllowed(_("A department registers projects that it leads itself, and none of a firm you act for."))
    if not db.insert_once(project):
        raise Invalid(fields={"code": _("A project with this code is registered already.")})
    project = Project.objects.select_related("builder", "lead").get(code=code)
    join(project, lead)
    told_of(project, "registered", actor, to_state=project.state, code=code)
    notices.tell_builder(project, notices.REGISTERED, key="registered")
    return project


@action
def correct_project(actor: Actor, project_id: int, draft: ProjectDraft, *, state_version: int) -> Project:
    """Correct name, place, sum, kind and contact; code, builder and leading department stay. Raises Invalid, Stale."""
    project = locked(actor, project_id)
    must_run(actor, project)
    if not project.is_open:
        raise WrongState()
    if project.state_version != state_version:
        raise Stale()
    wrong = _wrong_words(draft)
    if wrong:
        raise Invalid(fields=wrong)
    project.name, project.site, project.kind = draft.name.strip(), draft.site.strip(), draft.kind
    project.investment_fen = draft.investment_fen
    project.contact_name, project.contact_phone = draft.contact_name.strip(), draft.contact_phone.strip()
    project.search = _tokens(project.code, draft, project.builder)
    project.state_version += 1
    project.save()
    told_of(project, "corrected", actor)
    return project


def _tokens(code: str, draft: ProjectDraft, builder: Organisation) -> str:
    return document(names=[draft.name, builder.name], texts=[code, draft.site])


def _checked(
    draft: ProjectDraft,
) -> tuple[dict[str, type_of_message], str, Organisation | None, Department | None]:
    wrong = _wrong_words(draft)
    code = normalise_number(draft.code)
    if not CODE.fullmatch(code):
        wrong["code"] = _(
            "A project code looks like 2408-350200-04-01-123456: year and month, region, two kinds, number."
        )
    builder = Organisation.objects.filter(uscc=draft.builder_uscc.strip().upper()).first()
    if builder is None:
        wrong["builder_uscc"] = _("No organisation with this code is registered here.")
    lead = Department.objects.filter(pk=draft.lead_id).first()
    if lead is None or lead.is_closed:
        wrong["lead"] = _("Choose a department that is open.")
    return wrong, code, builder, lead


def _wrong_words(draft: ProjectDraft) -> dict[str, type_of_message]:
    wrong: dict[str, type_of_message] = {}
    if not draft.name.strip():
        wrong["name"] = _("Give the project’s name.")
    if not draft.site.strip():
        wrong["site"] = _("Say where it is built.")
    if not 0 <= draft.investment_fen <= MOST_FEN:
        wrong["investment"] = _("Please check the amount.")
    if draft.kind not in Project.Kind.values:
        wrong["kind"] = _("Please choose one of the answers.")
    if draft.contact_phone.strip():
        try:
            identity.check_phone(draft.contact_phone)
        except Invalid as error:
            wrong["contact_phone"] = error.message
    return wrong


# --- the end ------------------------------------------------------------------------------------------------------------


@action
def complete(actor: Actor, project_id: int, *, state_version: int) -> Project:
    """The last stage is closed: the project is done. Raises StageWaits, WrongState, Stale, NotAllowed."""
    project = locked(actor, project_id)
    step = PROJECT.begin(project, "complete", actor, state_version=state_version)
    states = dict(Stage.objects.filter(project=project).values_list("code", "state"))
    if states.get("acceptance") != "closed" or "open" in states.values():
        raise StageWaits(_("The project is complete when its acceptance is closed and no stage is open."))
    if project.tasks.filter(state="open").exists():
        raise StageWaits(_("Tasks of coordination meetings are still open."))
    before, after = step.apply()
    project.ended_on = today()
    project.save(update_fields=["ended_on"])
    settle(project)
    told_of(project, "complete", actor, from_state=before, to_state=after)
    notices.tell_builder(project, notices.COMPLETED, key="completed")
    return project


@action
def end_project(actor: Actor, project_id: int, *, reason: str, state_version: int) -> Project:
    """Given up: what waits is withdrawn, appointments are cancelled. Cases go on by themselves."""
    project = locked(actor, project_id)
    step = PROJECT.begin(project, "end", actor, {"reason": reason}, state_version=state_version)
    before, after = step.apply()
    project.ended_on, project.end_reason = today(), step.inputs["reason"]
    project.save(update_fields=["ended_on", "end_reason"])
    for one in OpinionRequest.objects.waiting().filter(project=project).select_related("department", "stage"):
        one.project, one.ended_on = project, today()
        finish_request(REQUEST.begin(one, "drop", PORTAL, state_version=None), PORTAL)
    for stage in project.stages.filter(state="open"):
        stage.project, stage.closed_on = project, today()
        STAGE.begin(stage, "end", PORTAL, state_version=None).apply()
        stage.save()
    for visit in project.appointments.filter(state="set"):
        visit.project = project
        APPOINTMENT.begin(visit, "cancel", actor, {"reason": step.inputs["reason"]}, state_version=None).apply()
        visit.note = step.inputs["reason"]
        visit.save()
        notices.tell_appointment(visit, notices.CANCELLED, key=f"cancelled:{visit.pk}")
    settle(project)
    told_of(project, "end", actor, from_state=before, to_state=after, note=step.inputs["reason"])
    notices.tell_builder(project, notices.ENDED, key="ended")
    return project


# --- the green channel ----------------------------------------------------------------------------------------------------


@action
def mark_key(actor: Actor, project_id: int, *, reason: str, helper_id: int | None) -> Project:
    """Put the project on the green channel (绿色通道) with a named person who helps (帮办). Raises Invalid, NotAllowed."""
    project = locked(actor, project_id)
    if not policies.may_mark_key(person(actor), project):
        raise NotAllowed()
    if not project.is_open:
        raise WrongState()
    helper = User.objects.filter(pk=helper_id or 0, is_active=True, is_system=False).first()
    wrong: dict[str, type_of_message] = {}
    if not reason.strip():
        wrong["reason"] = _("Say on what ground it is a key project.")
    if helper is None or not helper.access.roles & {role.value for role in STAFF}:
        wrong["helper"] = _("Choose a person on the staff.")
    elif policies.acts_for_builder(helper, project):
        wrong["helper"] = _("Who acts for the builder cannot help on behalf of the centre.")
    if wrong or helper is None:
        raise Invalid(fields=wrong)
    project.key, project.key_reason, project.helper = True, reason.strip()[:300], helper
    project.save(update_fields=["key", "key_reason", "helper"])
    told_of(project, "key", actor, helper=helper.pk, on_behalf=helper.name, note=project.key_reason)
    notices.tell(project, notices.HELPING, [helper], key=f"helper:{helper.pk}")
    notices.tell_builder(project, notices.KEY, key=f"key:{helper.pk}")
    return project


@action
def add_milestone(actor: Actor, project_id: int, *, name: str, planned_on: dt.date) -> Milestone:
    """Plan a milestone of a key project. Raises Invalid, WrongState, NotAllowed."""
    project = _key_project(actor, project_id)
    if not name.strip():
        raise Invalid(fields={"name": _("Give the milestone a name.")})
    if project.milestones.filter(name=name.strip()).exists():
        raise Invalid(fields={"name": _("This milestone is planned already.")})
    made = Milestone.objects.create(project=project, name=name.strip()[:120], planned_on=planned_on)
    told_of(project, "milestone_planned", actor, note=made.name, on=planned_on.isoformat())
    return made


@action
def reach_milestone(actor: Actor, project_id: int, milestone_id: int, *, actual_on: dt.date) -> Milestone:
    """A milestone is reached, today or on a day before. Raises Invalid, NotFound, WrongState."""
    project = _key_project(actor, project_id)
    milestone = project.milestones.filter(pk=milestone_id).first()
    if milestone is None:
        raise NotFound()
    if milestone.actual_on is not None:
        raise WrongState(_("This milestone has been reached already."))
    if actual_on > today():
        raise Invalid(fields={"actual_on": _("This day is still to come.")})
    milestone.actual_on = actual_on
    milestone.save(update_fields=["actual_on"])
    told_of(project, "milestone_reached", actor, note=milestone.name, on=actual_on.isoformat())
    return milestone


def _key_project(actor: Actor, project_id: int) -> Project:
    project = locked(actor, project_id)
    if not policies.may_follow_milestones(person(actor), project):
        raise NotAllowed()
    if not project.key or not project.is_open:
        raise WrongState(_("Milestones belong to key projects under way."))
    return project
