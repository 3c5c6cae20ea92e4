"""What all papers of a case have in common: the frame of the letter, and the tables at a glance."""

from collections.abc import Sequence

from approvals.cases.papers.facts import Facts, Tongue
from approvals.cases.papers.kinds import KINDS
from approvals.cases.papers.materials import Handed
from portal.core.documents import Block, Letter, facts, table

Row = tuple[str, str]


def letter(
    f: Facts, t: Tongue, blocks: Sequence[Block], *, public: Sequence[Row] = (), addressed: bool = True
) -> Letter:
    """The frame that all papers have in common; `public` rows are shown to whoever checks the paper."""
    title, title_en, _word = f.names
    return Letter(
        title=t(title, title_en),
        addressee=t("{name}：", "To {name}:", name=f.holder.name) if addressed else "",
        blocks=blocks,
        authority=t.name(f.department),
        date=t.day(f.on),
        contact=f.contact(t),
        public=public,
        red=KINDS[f.kind].decides,
    )


def matter(f: Facts, t: Tongue, *more: Row) -> Block:
    """What the paper is about, at a glance."""
    agent = [(t("经办人", "Filed by"), f.agent)] if f.agent else []
    return facts(
        [
            (t("事项名称", "Item"), t.name(f.case.item)),
            (t("办件编号", "Case number"), str(f.case.number)),
            (t("申请人", "Applicant"), f.holder.name),
            *agent,
            *more,
        ]
    )


def handed_over(t: Tongue, handed: Sequence[Handed]) -> Block:
    head = t("序号|材料名称|形式|份数|备注", "No.|Material|Form|Copies|Note").split("|")
    return table(head, [one.row(number, t) for number, one in enumerate(handed, start=1)], (1.1, 6, 2, 1.4, 3))
