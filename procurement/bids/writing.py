"""What the record of an opening says: who was there, what was read out of each bid, what failed and whose fault it is."""

import datetime as dt

from django.utils import translation

from portal.core.centre import centre
from portal.core.documents import Addressee, Authority, Block, Letter, Paper, Series, facts, heading, para, table
from portal.core.money import format_yuan
from portal.core.time import ZONE, local_date
from procurement.bids import findings
from procurement.bids.joint import JointBid, joint_bids
from procurement.bids.models import Book, OpenedBid, Opening

KIND = "bids.record"
RECORD = "record"  # one record an opening
SERIES = Series("海交", "开录")
SEAL = "交易专用章"
TONGUES = {"zh": "zh-hans", "en": "en"}
MONTHS = "January February March April May June July August September October November December".split()


def paper_of(opening: Opening) -> Paper:
    """The record (开标记录) in both languages; public like the opening itself (measures on electronic tendering, 32)."""
    names = {}
    for code, language in TONGUES.items():
        with translation.override(language):
            names[code] = centre().centre_name
    return Paper(
        kind=KIND, series=SERIES, authority=Authority(names["zh"], names["en"]),
        addressee=Addressee(opening.project.buyer.name, is_person=False),
        letters={code: _letter(opening, code, names[code]) for code in TONGUES},
        occasion="record", key=RECORD, subject=opening.project.title, seal=SEAL,
    )  # fmt: skip


def _letter(opening: Opening, code: str, authority: str) -> Letter:
    with translation.override(TONGUES[code]):
        return Letter(
            title="开标记录" if code == "zh" else "Record of the opening",
            addressee="",
            blocks=[
                _matter(opening, code),
                *_lots(opening, code),
                *_again(opening, code),
                *_window(opening, code),
                *_objections(opening, code),
                _end(code),
            ],
            authority=authority,
            date=_day(opening, code),
            public=[
                ("项目编号" if code == "zh" else "Tender", opening.project.number),
                ("开标时间" if code == "zh" else "Opened at", _moment(opening)),
            ],
        )


def _day(opening: Opening, code: str) -> str:
    day = local_date(opening.recorded_at or opening.due_at)
    return f"{day.year}年{day.month}月{day.day}日" if code == "zh" else f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _moment(opening: Opening) -> str:
    return (opening.started_at or opening.due_at).astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


def _matter(opening: Opening, code: str) -> Block:
    project, zh = opening.project, code == "zh"
    return facts(
        [
            ("项目编号" if zh else "Tender", project.number),
            ("项目名称" if zh else "Title", project.title),
            ("招标（采购）人" if zh else "Buyer", project.buyer.name),
            ("代理机构" if zh else "Agency", project.agency.name if project.agency else "—"),
            ("开标时间" if zh else "Opened at", _moment(opening)),
            ("开标人员" if zh else "Opened by", opening.opened_by or "—"),
        ]
    )


def _lots(opening: Opening, code: str) -> list[Block]:
    blocks: list[Block] = []
    for book in Book.objects.filter(lot__project=opening.project_id).select_related("lot").order_by("lot__number"):
        blocks.append(heading(f"{book.lot.number} {book.lot.name}"))
        blocks.append(facts(_roots(book, code)))
        if book.outcome == Book.Outcome.SHORT:
            short = "投标人不足，未开标，投标文件保持密封。"
            blocks.append(para(short if code == "zh" else "Too few bidders: not opened, the bids stay sealed."))
            continue
        blocks += _bids(book, code)
    return blocks


def _roots(book: Book, code: str) -> list[tuple[str, str]]:
    """The root over all receipts, and those of the deadlines after which bids were taken again."""
    zh = code == "zh"
    rows = [("默克尔根" if zh else "Merkle root", book.root)]
    for past in book.past_roots.all():
        until = _exact(past.closed_at)
        label = f"{until}关闭时的默克尔根（前{past.count}份回执）" if zh else (
            f"Root at the closing of {until} (the first {past.count} receipts)"
        )  # fmt: skip
        rows.append((label, past.root))
    return rows


def _again(opening: Opening, code: str) -> list[Block]:
    """That bids were taken again, by whom, why and after which outages; nothing where they were not."""
    zh, blocks = code == "zh", []
    for one in opening.taken_again.select_related("decided_by").prefetch_related("outages"):
        before, after, who = _exact(one.deadline_before), _exact(one.deadline_after), one.decided_by.name
        told = f"原投标截止时间{before}，监督人员{who}决定恢复接收投标文件至{after}：{one.reason}" if zh else (
            f"After the deadline of {before}, {who} had bids taken again until {after}: {one.reason}"
        )  # fmt: skip
        blocks.append(para(told))
        for outage in one.outages.all():
            span = _exact(outage.from_at) + (f" – {_exact(outage.until_at)}" if outage.until_at else "")
            blocks.append(para(f"{outage.get_kind_display()}{'：' if zh else ': '}{span}"))
    heading_text = "故障后恢复接收投标文件" if zh else "Bids taken again after an outage"
    return [heading(heading_text), *blocks] if blocks else []


def _bids(book: Book, code: str) -> list[Block]:
    zh = code == "zh"
    head = (
        ("投标人", "投标报价（元）", "工期（天）", "质量", "负责人", "确认")
        if zh
        else ("Bidder", "Price (yuan)", "Days", "Quality", "Leader", "Confirmed")
    )
    bids = list(book.lot.opened_bids.select_related("bidder__organisation").order_by("submission__sequence", "pk"))
    rows = [_row(bid, zh) for bid in bids]
    failed, project = [bid for bid in bids if bid.finding], book.lot.project
    grounds = findings.grounds(project, local_date(project.opening.due_at)) if failed else {}
    blocks = [table(head, rows, (4, 2.6, 1.6, 2, 1.8, 1.4))]
    for each in joint_bids(book.lot_id):
        blocks.append(para(_joint(each, zh)))
    for bid in failed:
        check = findings.CHECKS[bid.finding]
        side = findings.SIDES[check.fault]
        told = findings.sentence(bid.finding, bid.facts)
        source = grounds[bid.finding].source if zh else grounds[bid.finding].source_en
        label = "责任方" if zh else "fault of"
        blocks.append(para(f"{bid.bidder.organisation.name}：{told}（{label}：{side}；{source}）"))
    return blocks


def _window(opening: Opening, code: str) -> list[Block]:
    """When bidders could decrypt, and what was decided about it; nothing where the officers opened alone."""
    if opening.decrypt_from is None or opening.decrypt_until is None:
        return []
    zh = code == "zh"
    span = f"{_exact(opening.decrypt_from)} – {_exact(opening.decrypt_until)}"
    blocks: list[Block] = [heading("投标人解密" if zh else "Decryption by the bidders")]
    blocks.append(facts([("解密时段" if zh else "Window", span)]))
    for one in opening.window_decisions.select_related("decided_by"):
        until, who = _exact(one.until_after), one.decided_by.name
        if one.minutes:
            told = f"监督人员{who}决定延长{one.minutes}分钟，至{until}止" if zh else (
                f"{who} lengthened the window by {one.minutes} minutes, until {until}"
            )  # fmt: skip
        else:
            told = f"监督人员{who}决定不延长解密时段" if zh else f"{who} let the window stand"
        blocks.append(para(f"{told}{'：' if zh else ': '}{one.reason}"))
    return blocks


def _exact(at: dt.datetime) -> str:
    return at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")


def _joint(each: JointBid, zh: bool) -> str:
    """Who stands behind a joint bid, and the grades that count."""
    names = "、".join(one.bidder.organisation.name for one in each.members)
    grades = "、".join(f"{one.speciality} {one.label}" for one in each.counted)
    lead = each.bid.bidder.organisation.name
    if zh:
        return f"{lead}为联合体牵头人，成员：{names}；按较低资质确定：{grades}。"
    return f"{lead} leads a consortium of: {names}; the lower grade counts: {grades}."


def _row(bid: OpenedBid, zh: bool) -> tuple[str, ...]:
    told = bid.fields
    return (
        bid.bidder.organisation.name,
        format_yuan(bid.price_fen) if bid.price_fen is not None else "—",
        str(told.get("period_days") or "—"),
        told.get("quality") or "—",
        told.get("leader") or "—",
        ("已确认" if zh else "yes") if bid.confirmed_at else "—",
    )


def _objections(opening: Opening, code: str) -> list[Block]:
    rows = list(opening.objections.select_related("bidder__organisation"))
    zh = code == "zh"
    blocks = [heading("异议及答复" if zh else "Objections and answers")]
    if not rows:
        return [*blocks, para("开标现场无异议。" if zh else "Nobody objected to the opening.")]
    for one in rows:
        blocks.append(para(f"{one.bidder.organisation.name}：{one.text}"))
        blocks.append(para(f"{'答复' if zh else 'Answer'}（{one.answered_by}）：{one.answer}"))
    return blocks


def _end(code: str) -> Block:
    zh = (
        "本次开标由两名开标人员共同解密，系统逐一核验了每份投标文件的哈希值与开标一览表承诺值。"
        "回执可在交易平台按上列默克尔根自行核验。"
    )
    en = (
        "Two officers opened the bids together; the portal checked the hash of every bid and the commitment to its opening"
        " fields. Receipts can be checked against the Merkle roots above."
    )
    return para(zh if code == "zh" else en)
