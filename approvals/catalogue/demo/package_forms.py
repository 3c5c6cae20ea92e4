"""The forms of items that people mostly file as part of a package: they share their pages with one another."""

from collections.abc import Mapping
from typing import Any

from approvals.catalogue.demo.forms import COMPANY, DELIVERY, PERSON, field, form, pick, section, when

CHILD = section(
    "child", "新生儿信息", "About the child",
    field("child_name", "text", "新生儿姓名", "Name of the child", max_length=50),
    field("child_sex", "choice", "新生儿性别", "Sex of the child", choices=pick(("f", "女", "Girl"), ("m", "男", "Boy"))),
    field("child_born", "date", "出生日期", "Date of birth", past=True),
    field("hospital", "text", "出生医院", "Hospital", max_length=80),
)  # fmt: skip
VACCINES = section(
    "vaccination", "接种信息", "About vaccination",
    field("first_dose", "yesno", "是否已在出生医院接种乙肝疫苗首针？",
          "Was the first dose against hepatitis B given at the hospital?"),
    field("allergy", "text", "过敏或者禁忌情况", "Allergies", required=False, max_length=200),
)  # fmt: skip
_FIRM = COMPANY["sections"][:2]
SEALS = section(
    "seals", "印章信息", "About the seals",
    field("seal_kinds", "multichoice", "刻制种类", "Kinds of seals", choices=pick(
        ("company", "企业公章", "Company seal"), ("finance", "财务专用章", "Finance seal"),
        ("invoice", "发票专用章", "Invoice seal"), ("contract", "合同专用章", "Contract seal"),
    )),
)  # fmt: skip
TAXES = section(
    "taxes", "税务信息", "About taxes",
    field("taxpayer", "choice", "纳税人类型", "Kind of taxpayer", choices=pick(
        ("small", "小规模纳税人", "Small-scale"), ("general", "一般纳税人", "General"),
    )),
    field("invoices", "yesno", "是否需要领用增值税专用发票？", "Do you need special VAT invoices?"),
    field("invoice_count", "number", "每月份数", "How many a month", unit="份", unit_en="copies", min=1, max=100,
          show_if=when("invoices", True)),
)  # fmt: skip
EMPLOYEES = section(
    "employees", "用工信息", "About the employees",
    field("staff", "number", "首批参保人数", "Employees to be insured", unit="人", unit_en="people", min=1, max=10000),
    field("pay_day", "number", "每月发薪日", "Pay day of the month", unit="日", unit_en="th", min=1, max=31),
)  # fmt: skip

PACKAGE_FORMS: dict[str, Mapping[str, Any]] = {
    "newborn": form(PERSON, CHILD),
    "vaccine": form(PERSON, CHILD, VACCINES),
    "newseal": form(*_FIRM, SEALS, DELIVERY),
    "newtax": form(*_FIRM, TAXES),
    "newstaff": form(*_FIRM, EMPLOYEES),
}
