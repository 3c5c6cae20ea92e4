"""The declared stages: the plans in force, and a new version of one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from approvals.projects import actions, rules
from approvals.projects.actions.plans import Line
from approvals.projects.actions.stages import plan_of
from approvals.projects.forms import PlanForm, departments
from approvals.projects.models import OpinionRequest, PlanLine, StageCode, StagePlan
from approvals.projects.views.common import actor_in, form_page, planners, readers
from portal.core.errors import NotFound
from portal.core.time import today
from portal.people.views.common import posted


@require_safe
@readers
def plans(request: HttpRequest) -> HttpResponse:
    """Who is asked in each stage, today and from which later day on."""
    from approvals.projects.policies import may_plan

    rows = StagePlan.objects.select_related("lead", "made_by").order_by("-valid_from", "-version")
    current = {code: plan_of(code) for code in StageCode.values}
    ids = [plan.pk for plan in current.values() if plan]
    lines: dict[int, list[tuple[PlanLine, object]]] = {}
    for line in PlanLine.objects.filter(plan__in=ids).select_related("department", "item"):
        lines.setdefault(line.plan_id, []).append((line, OpinionRequest.Kind(line.kind).label))
    shown = [
        {"code": code, "label": label, "plan": current[code], "lines": lines.get(getattr(current[code], "pk", 0), []),
         "limit": rules.days(f"{code}_days")}
        for code, label in StageCode.choices
    ]  # fmt: skip
    context = {
        "stages": shown, "coming": list(rows.filter(valid_from__gt=today())[:20]), "usual": rules.days("opinion_days"),
        "may_plan": may_plan(request.user), "here": "plans",
    }  # fmt: skip
    return render(request, "projects/plans.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@planners
def plan_new(request: HttpRequest, stage: str) -> HttpResponse:
    """A new version, beginning with what is in force."""
    if stage not in StageCode.values:
        raise NotFound()
    plan = plan_of(stage)
    rows = plan.lines.select_related("item") if plan else []
    held = {
        n: Line(line.department_id, line.kind, line.item.code if line.item else "", line.limit_days)
        for n, line in enumerate(rows, start=1)
    }
    initial = {"lead": plan.lead_id if plan else None, "valid_from": today()}
    form = PlanForm(posted(request), stage=stage, choices=departments(), held=held, initial=initial)
    back = reverse("projects:plans")

    def act() -> None:
        data = form.cleaned_data
        actions.publish_plan(
            actor_in(request), stage, lead_id=data["lead"], lines=form.lines(), valid_from=data["valid_from"]
        )

    return form_page(
        request, form, act, lambda: back, said=_("The plan is declared. Stages under way keep theirs."),
        template="projects/plan_new.html", back=back, stage_label=StageCode(stage).label,
    )  # fmt: skip
