"""Reads the demo city's tables: one line a row, columns separated by bars, so that a person can mend them by hand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from approvals.catalogue.drafts import ItemDraft, MaterialDraft, VersionDraft

DATA = Path(__file__).parent / "data"
TYPES = {
    "p": "permit", "c": "confirmation", "b": "benefit", "w": "reward", "r": "ruling", "o": "other_power", "s": "service",
}  # fmt: skip
KINDS = {"o": "original", "c": "copy", "e": "electronic"}

# What every applicant of a kind must be, beside the item's own condition.
GENERAL = {
    "person": (
        "申请人具有完全民事行为能力，或者由监护人、受托人代为申请；所填信息和材料真实有效。",
        "You are of full legal capacity, or a guardian or agent applies for you; what you state and hand in is true.",
    ),
    "organisation": (
        "申请人依法成立，信用信息公示系统中未被列入严重违法失信名单；所填信息和材料真实有效。",
        "You are a lawful body, not on the list of serious dishonesty; what you state and hand in is true.",
    ),
}
STEPS = {
    "apply": ("申请", "Application"),
    "accept": ("受理（当场或者收件后五个工作日内）", "Acceptance (at once or within five working days)"),
    "check": ("审查", "Examination"),
    "site": ("审查与现场核查", "Examination with a visit on site"),
    "expert": ("审查与专家评审", "Examination with experts"),
    "public": ("公示后审查", "Publication and examination"),
    "decide": ("决定", "Decision"),
    "now": ("当场审核并决定", "Examined and decided on the spot"),
    "deliver": ("制证与送达", "Document made and delivered"),
}


@dataclass(frozen=True)
class Fee:
    """A fee in fen with its basis in both languages."""

    fen: int
    basis: str
    basis_en: str
    when: str = "issue"


def rows(name: str) -> Iterator[list[str]]:
    """The rows of the tables whose file name begins with `name`."""
    for path in sorted(DATA.glob(f"{name}*.psv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                yield line.split("|")


def material_templates() -> dict[str, MaterialDraft]:
    """The shared materials by code."""
    return {
        code: MaterialDraft(
            code=code,
            name=name,
            name_en=name_en,
            kind=KINDS[kind],
            required="?" not in marks,
            tolerable="t" in marks,
            committable="k" in marks,
            note=note,
            note_en=note_en,
        )
        for code, name, name_en, kind, marks, note, note_en in rows("materials")
    }


def item_drafts(
    departments: Mapping[str, int], forms: Mapping[str, Mapping[str, Any]], *, table: str = "items"
) -> Iterator[ItemDraft]:
    """Every item of the tables, ready for `create_item`. `departments` maps codes to ids."""
    templates = material_templates()
    for row in rows(table):
        yield _item(row, departments, forms, templates)


def _item(
    row: list[str],
    departments: Mapping[str, int],
    forms: Mapping[str, Mapping[str, Any]],
    templates: Mapping[str, MaterialDraft],
) -> ItemDraft:
    code, name, name_en, kind, days, fee, visits, flags, events, materials, grounds, words, form, cond, cond_en = row
    audience = "organisation" if "e" in flags else "person"
    online = "o" in flags
    paid, renewal = _fee(fee), _renewals().get(code, (None, False))
    version = VersionDraft(
        fee_fen=paid.fen,
        fee_basis=paid.basis,
        fee_basis_en=paid.basis_en,
        fee_when=paid.when,
        fee_schedule=_schedule(code),
        renewal_lead_days=renewal[0],
        renewal_in_working_days=renewal[1],
        online=online,
        visits=int(visits),
        instant="i" in flags,
        conditions=f"{cond}\n{GENERAL[audience][0]}",
        conditions_en=f"{cond_en}\n{GENERAL[audience][1]}",
        legal_grounds=[_ground(ground) for ground in grounds.split(";")],
        channels=["online", "counter"] if online else ["counter"],
        materials=[templates[key] for key in materials.split(",")],
        form=forms[form] if online else None,
    )
    return ItemDraft(
        code=code,
        name=name,
        name_en=name_en,
        department_id=departments[code.split("-")[0]],
        type=TYPES[kind],
        enterprise="e" in flags,
        synonyms=words,
        life_events=events.split(","),
        version=_with_days(version, days, flags, TYPES[kind]),
    )


def _with_days(version: VersionDraft, days: str, flags: str, type_: str) -> VersionDraft:
    """`20/5/10` = legal, promised and earlier promised working days; `I20` = immediate with its legal limit."""
    if days.startswith("I"):
        legal = int(days[1:]) if days[1:] else None
        steps = [_step("apply"), _step("now", 0), _step("deliver")]
        return replace(
            version, kind="immediate", legal_days=legal, promised_days=0, previous_promised_days=legal, steps=steps,
            review_steps=0,
        )  # fmt: skip
    legal_text, promised_text, previous_text = days.split("/")
    promised = int(promised_text)
    middle = next((step for flag, step in (("m", "expert"), ("x", "site"), ("g", "public")) if flag in flags), "check")
    deciding = 1 if promised > 1 else 0
    steps = [
        _step("apply"), _step("accept"), _step(middle, promised - deciding), _step("decide", deciding), _step("deliver"),
    ]  # fmt: skip
    thorough = type_ == "permit" and promised >= 10
    return replace(
        version,
        legal_days=None if legal_text == "-" else int(legal_text),
        promised_days=promised,
        previous_promised_days=int(previous_text),
        steps=steps,
        review_steps=2 if thorough else 1,
    )


def _step(key: str, days: int | None = None) -> dict[str, Any]:
    name, name_en = STEPS[key]
    return {"name": name, "name_en": name_en, "days": days}


def _fee(text: str) -> Fee:
    """`40:basis:basis in English`; an exclamation mark before the amount: due before the decision."""
    yuan, _colon, basis = text.partition(":")
    in_chinese, _colon, in_english = basis.partition(":")
    when = "decision" if yuan.startswith("!") else "issue"
    return Fee(fen=int(yuan.removeprefix("!")) * 100, basis=in_chinese, basis_en=in_english, when=when)


def _schedule(code: str) -> list[dict[str, Any]]:
    """The lines of an item's fee schedule, for items whose fee depends on what and how many."""
    lines = [row[1:] for row in rows("fees") if row[0] == code]
    return [
        {"code": line, "name": name, "name_en": name_en, "unit": unit, "unit_en": unit_en, "price_fen": int(fen)}
        for line, name, name_en, unit, unit_en, fen in lines
    ]


def _renewals() -> dict[str, tuple[int | None, bool]]:
    """Items that renew a document, with the days before its expiry by which they are filed; `w` = working days."""
    return {code: (int(days), unit == "w") for code, days, unit, _source in rows("renewals")}


def _ground(text: str) -> dict[str, str]:
    """`+食品安全法@35` → 《中华人民共和国食品安全法》第三十五条."""
    law, _at, article = text.partition("@")
    full = f"中华人民共和国{law[1:]}" if law.startswith("+") else law
    return {"law": f"《{full}》", "article": f"第{chinese_number(int(article))}条" if article else ""}


def chinese_number(number: int) -> str:
    """1 to 9999 as the law counts its articles: 35 → 三十五, 1049 → 一千零四十九."""
    digits, units = "零一二三四五六七八九", ["", "十", "百", "千"]
    text = ""
    for place, digit in enumerate(str(number)[::-1]):
        text = (digits[int(digit)] + units[place] if digit != "0" else "零") + text
    while "零零" in text:
        text = text.replace("零零", "零")
    text = text.rstrip("零")
    return text[1:] if text.startswith("一十") else text
