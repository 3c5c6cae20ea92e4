"""Who may do what with projects under joint review: pure functions of (user, thing)."""

from typing import TYPE_CHECKING, Any

from approvals.projects.querysets import DESK
from portal.people.roles import Role

if TYPE_CHECKING:
    from approvals.projects.models import MeetingTask, OpinionRequest, Project, Rectification


def may_see_desk(user: Any) -> bool:
    """The staff's pages: whoever handles matters of a department, centre-wide roles, and who helps with a key project."""
    if not user.is_authenticated or not user.access.is_staff:
        return False
    return bool(user.access.centre_wide or user.access.departments(*DESK)) or helps(user)


def helps(user: Any) -> bool:
    """Whether the person is the named contact of a project; one query over a partial index."""
    from approvals.projects.models import Project

    return Project.objects.filter(helper=user.pk).exists()


def acts_for_builder(user: Any, project: "Project") -> bool:
    return bool(user.is_authenticated and project.builder_id in user.acting_for)


def may_see(user: Any, project: "Project") -> bool:
    """The same rule as `BuildQuerySet.visible_to`."""
    if not user.is_authenticated:
        return False
    if user.access.centre_wide or acts_for_builder(user, project) or project.helper_id == user.pk:
        return True
    mine = user.access.departments(*DESK)
    return bool(mine) and project.parties.filter(department__in=mine).exists()


def works_for(user: Any, department_id: int) -> bool:
    """Clerk, reviewer or head of the department."""
    return department_id in user.access.departments(*DESK)


def may_register(user: Any, _thing: Any = None) -> bool:
    """A department that will lead the project, or a supervisor for one."""
    return bool(user.is_authenticated and (user.access.departments(*DESK) or user.access.has(Role.SUPERVISOR)))


def may_run(user: Any, project: "Project") -> bool:
    """The leading department, or a supervisor; never somebody who acts for the builder."""
    if acts_for_builder(user, project):
        return False
    return bool(user.access.has(Role.SUPERVISOR) or works_for(user, project.lead_id))


def may_mark_key(user: Any, project: "Project") -> bool:
    """The green channel is opened by a supervisor."""
    return bool(user.access.has(Role.SUPERVISOR)) and not acts_for_builder(user, project)


def may_plan(user: Any, _thing: Any = None) -> bool:
    """Who declares the stages: administrators and supervisors."""
    return bool(user.is_authenticated and (user.access.has(Role.SUPERVISOR) or user.access.has(Role.ADMINISTRATOR)))


def may_follow_milestones(user: Any, project: "Project") -> bool:
    """Who runs the project, and the person who helps."""
    return may_run(user, project) or (project.helper_id == user.pk and not acts_for_builder(user, project))


def may_answer(user: Any, request: "OpinionRequest") -> bool:
    """The asked department alone: neither the leading one nor a supervisor speaks for it, and nobody in the own matter."""
    return works_for(user, request.department_id) and not acts_for_builder(user, request.project)


def may_disagree(user: Any, department_id: int) -> bool:
    """窗口无权否决: a clerk alone does not say no."""
    return bool(user.access.has(Role.REVIEWER, department_id) or user.access.has(Role.DEPARTMENT_HEAD, department_id))


def may_run_request(user: Any, request: "OpinionRequest") -> bool:
    return may_run(user, request.project)


def may_find(user: Any, project: "Project", department_id: int) -> bool:
    """What a department found is entered by its own people."""
    return works_for(user, department_id) and not acts_for_builder(user, project)


def may_mend(user: Any, rectification: "Rectification") -> bool:
    """The builder reports that a point is mended."""
    return acts_for_builder(user, rectification.project)


def may_check(user: Any, rectification: "Rectification") -> bool:
    """The department that found it says whether it is mended."""
    return may_find(user, rectification.project, rectification.department_id)


def may_do_task(user: Any, task: "MeetingTask") -> bool:
    return works_for(user, task.department_id) and not acts_for_builder(user, task.project)


def may_see_contact(user: Any, project: "Project") -> bool:
    """The contact person in clear: the builder, who runs the project, who helps. The staff's viewing is logged."""
    return acts_for_builder(user, project) or may_follow_milestones(user, project)


def may_link(user: Any, project: "Project") -> bool:
    """Who names the project of a case: the builder, or who runs the project."""
    return acts_for_builder(user, project) or may_run(user, project)
