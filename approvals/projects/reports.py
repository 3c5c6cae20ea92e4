"""The report of a joint appointment (联合踏勘／验收意见书) as a paper: who came, who did not, what was found."""

from approvals.cases.papers.facts import TONGUES, Tongue, letters_of
from approvals.projects.models import Appointment, Invitation, OpinionRequest, Project
from portal.core import documents
from portal.core.documents import (
    Addressee,
    Authority,
    Block,
    Letter,
    Paper,
    Series,
    facts,
    heading,
    listed,
    para,
    said,
    table,
)
from portal.core.models import Document
from portal.core.time import local_date, today

TITLES = {
    "consultation": ("联合会商意见书", "Report of a joint consultation"),
    "inspection": ("联合踏勘意见书", "Report of a joint inspection"),
    "acceptance": ("联合验收意见书", "Report of a joint acceptance"),
}
WORD = "联审"
ATTENDANCE = {
    "present": ("到场", "Present"),
    "absent": ("缺席（视为同意）", "Absent, counts as consent"),
    "excused": ("请假（书面答复）", "Excused, answers in writing"),
}
FINDINGS = {
    "": ("—", "—"),
    "passed": ("合格", "In order"),
    "rectify": ("整改后合格", "In order once mended"),
    "failed": ("不合格", "Not in order"),
}


def issue(visit: Appointment, project: Project) -> Document:
    """Write the paper in the transaction of the step, the appointment locked."""
    lead = project.lead
    return documents.issue(
        visit,
        Paper(
            kind="projects.report",
            series=Series(letters_of(lead), WORD),
            authority=Authority(lead.name, lead.name_en or lead.name),
            addressee=Addressee(project.builder.name, is_person=False),
            letters={tongue.code: _letter(visit, project, tongue) for tongue in TONGUES},
            occasion="report",
            key="report",
            subject=project.name,
            seal="联合审查专用章",
        ),
    )


def _letter(visit: Appointment, project: Project, t: Tongue) -> Letter:
    rows = list(visit.invitations.select_related("department"))
    blocks: list[Block] = [
        facts(
            [
                (t("项目名称", "Project"), project.name),
                (t("项目代码", "Project code"), project.code),
                (t("建设地点", "Site"), project.site),
                (t("时　　间", "Date"), t.day(local_date(visit.starts_at))),
                (t("地　　点", "Place"), visit.place),
            ]
        ),
        heading(t("参加部门与意见", "Departments and findings")),
        table(
            [t("部门", "Department"), t("参加人", "For it"), t("到场情况", "Attendance"), t("意见", "Finding")],
            [_row(one, t) for one in rows],
            (4, 2.2, 3.4, 2.6),
        ),
    ]
    for one in rows:
        if one.text:
            blocks += [para(t("{name}意见：", "{name}:", name=t.name(one.department))), said(one.text)]
    blocks += _absences(rows, t) + _points(visit, t) + [heading(t("结论", "Conclusion")), said(visit.conclusion)]
    blocks += _permits(visit, t)
    return Letter(
        title=t(*TITLES[visit.kind]),
        addressee=t("{name}：", "{name}:", name=project.builder.name),
        blocks=blocks,
        authority=t.name(project.lead),
        date=t.day(today()),
        public=[(t("项目代码", "Project code"), project.code)],
    )


def _row(one: Invitation, t: Tongue) -> tuple[str, ...]:
    return (
        t.name(one.department),
        one.came or one.person,
        t(*ATTENDANCE[one.attendance]),
        t(*FINDINGS[one.finding]),
    )


def _absences(rows: list[Invitation], t: Tongue) -> list[Block]:
    names = t("、", ", ").join(t.name(one.department) for one in rows if one.consented_by_absence)
    if not names:
        return []
    return [
        para(
            t(
                "{names}经通知未派员参加，按照联合审查缺席默认规则视为同意，并计入该部门考核记录。",
                "{names} had been told and did not come; by the rule of joint review this counts as consent and is on the"
                " department’s record.",
                names=names,
            )
        )
    ]


def _points(visit: Appointment, t: Tongue) -> list[Block]:
    points = [
        t("{text}（{day}前整改到位，{name}复核）", "{text} (by {day}, checked by {name})", text=one.text,
          day=t.day(one.due_on), name=t.name(one.department))
        for one in visit.rectifications.select_related("department")
    ]  # fmt: skip
    return [heading(t("整改事项", "To be mended")), listed(points)] if points else []


def _permits(visit: Appointment, t: Tongue) -> list[Block]:
    """What this paper does not replace, by name where such decisions are still open in the stage."""
    rows = OpinionRequest.objects.waiting().filter(stage=visit.stage_id, kind=OpinionRequest.Kind.PERMIT)
    names = t("、", ", ").join(dict.fromkeys(t.name(one.department) for one in rows.select_related("department")))
    open_ones = (
        t("目前尚待{names}依法作出决定。", "The decisions of {names} are still open.", names=names) if names else ""
    )
    return [
        para(
            t("本意见书不代替依法应当作出的行政许可决定。", "This report replaces no permit decision required by law. ")
            + open_ones
        )
    ]
