"""The letter of a supervision order (督办单): issued with the order, numbered in one series of the year."""

from collections.abc import Callable, Sequence

from django.utils.translation import override

from portal.core import documents
from portal.core.centre import centre
from portal.core.documents import Addressee, Authority, Letter, Paper, Series, facts, listed, para, said
from portal.core.events import stream_of
from portal.core.models import Document
from portal.core.templatetags.portal import day as written
from portal.supervision.monitoring.models import Act, ActSubject

KIND = "monitoring.order"
SERIES = Series("海政务", "督")
SEAL = "政务服务监督专用章"
TONGUES = {"zh": "zh-hans", "en": "en"}
Choose = Callable[[str, str], str]


def issue_order(act: Act, subjects: Sequence[ActSubject]) -> Document:
    """The order as a letter to the unit, in the transaction of the order."""
    with override("zh-hans"):
        authority = centre().centre_name
    with override("en"):
        authority_en = centre().centre_name
    letters = {code: _letter(act, subjects, code) for code in TONGUES}
    return documents.issue(
        act,
        Paper(
            kind=KIND, series=SERIES, authority=Authority(authority, authority_en),
            addressee=Addressee(act.department.name, is_person=False), letters=letters, occasion="order",
            key="order", subject=act.title, subject_en=act.title, seal=SEAL,
        ),
    )  # fmt: skip


def paper_of(act: Act) -> Document | None:
    """The letter of an order; other acts have none."""
    rows = Document.objects.filter(stream=stream_of(Act), stream_id=act.pk)
    return rows.first() if act.kind == Act.Kind.ORDER else None


def _letter(act: Act, subjects: Sequence[ActSubject], code: str) -> Letter:
    def t(zh: str, en: str) -> str:
        return zh if code == "zh" else en

    with override(TONGUES[code]):
        due = written(act.due_on)
        unit = act.department.display_name
        blocks = [
            para(
                t(
                    "经电子监察发现，你单位办理的下列事项需要督办，请按要求办理并书面回复。",
                    "Electronic supervision has found that the matters below need action by your unit. "
                    "Please act as asked and reply in writing.",
                )
            ),
            facts(
                [
                    (t("督办编号", "Order"), act.number),
                    (t("督办事项", "Subject"), act.title),
                    *([(t("责任人", "Person responsible"), act.person.name)] if act.person else []),
                    (t("回复时限", "Reply by"), due),
                ]
            ),
            said(act.text),
        ]
        if subjects:
            blocks.append(para(t("涉及的监察信号：", "Lamps concerned:")))
            blocks.append(listed([_line(one, t) for one in subjects]))
        blocks.append(
            para(
                t(
                    f"请于{due}前通过本系统回复查明情况、办理结果和整改措施。逾期未回复的，将按有关规定问责。",
                    f"Please reply in the portal by {due} with what was found, what was done and what will be changed. "
                    "A unit that does not reply in time answers for it under the rules.",
                )
            )
        )
        return Letter(
            title=t("督办通知单", "Supervision order"), addressee=t(f"{unit}：", f"{unit}:"), blocks=blocks,
            authority=centre().centre_name, date=written(act.issued_on),
        )  # fmt: skip


def _line(subject: ActSubject, t: Choose) -> str:
    colour = t("红灯", "red") if subject.colour == "red" else t("黄灯", "amber")
    return t(
        f"{subject.number} {subject.name}（{colour}，{written(subject.since)}起）",
        f"{subject.number} {subject.name} ({colour} since {written(subject.since)})",
    )
