"""The dated rules of tenders: statutory periods and shares, each with its source.

`unverified` rows could not be read in an official text or rest on practice; the page of rules says so.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core.rule_book import SeedRule

Text = str | Promise


def _both(zh: str, en: str, article: str, article_en: str) -> tuple[str, str]:
    return f"《{zh}》{article}", f"{en}, {article_en}"


def _regulation(article: str, article_en: str) -> tuple[str, str]:
    return _both("中华人民共和国招标投标法实施条例", "Regulation on the Tendering Law of the PRC", article, article_en)


def _tendering(article: str, article_en: str) -> tuple[str, str]:
    return _both("中华人民共和国招标投标法", "Tendering Law of the PRC", article, article_en)


def _procurement(article: str, article_en: str) -> tuple[str, str]:
    zh = "政府采购货物和服务招标投标管理办法"
    return _both(zh, "Measures on tendering for goods and services in government procurement", article, article_en)


def _buying(article: str, article_en: str) -> tuple[str, str]:
    zh = "中华人民共和国政府采购法"
    return _both(zh, "Government Procurement Law of the PRC", article, article_en)


def _buying_regulation(article: str, article_en: str) -> tuple[str, str]:
    zh = "中华人民共和国政府采购法实施条例"
    return _both(zh, "Regulation on the Government Procurement Law of the PRC", article, article_en)


def _other_ways(article: str, article_en: str) -> tuple[str, str]:
    zh = "政府采购非招标采购方式管理办法"
    return _both(zh, "Measures on non-tendering ways of government procurement", article, article_en)


_CONSULTATION = (
    "《政府采购竞争性磋商采购方式管理暂行办法》第十条",
    "Interim measures on competitive consultation in government procurement, article 10",
)
_LAND = (
    "《招标拍卖挂牌出让国有建设用地使用权规定》第八条",
    "Provisions on the assignment of state-owned land by tender, auction and listing, article 8",
)
_PROPERTY = (
    "《企业国有资产交易监督管理办法》第十三条",
    "Measures on the supervision of trade in enterprises' state assets, article 13",
)
_ORDER_87_FEW = (
    "《政府采购货物和服务招标投标管理办法》（财政部令第87号）第四十三条、《中华人民共和国政府采购法》第三十六条",
    "Measures on tendering for goods and services in government procurement (MOF order 87), article 43; Government"
    " Procurement Law of the PRC, article 36",
)
_PRACTICE = ("本中心惯例，启用前请核定", "Practice of the centre, to be confirmed before use")

NATURAL, WORKING = "natural_days", "working_days"
MINIMUM_BIDDERS = "tender.minimum_bidders"
OBJECTION = "tender.objection_days"
INVITED_FIRMS = "tender.invited_firms"
INTEREST = "tender.bond_interest"
LATE_INTEREST = "tender.bond_late_interest"
OLD_BOND = "tender.old_bond_days"
REFUND_AMBER = "tender.refund_amber_days"
PERFORMANCE = "tender.performance_share"

FAILED_TWICE = "tender.failed_twice"
NEGOTIATION_LEFT = "tender.negotiation_left"
FAILED_LOT_DAYS = "tender.failed_lot_days"

TENDER_RULES: tuple[SeedRule, ...] = (
    SeedRule("tender.t.documents_days", _("Tender documents on offer (tendering law), at least"), 5, NATURAL,
             *_regulation("第十六条", "article 16")),
    SeedRule("tender.g.documents_days", _("Tender documents on offer (government procurement), at least"), 5, WORKING,
             *_procurement("第十八条", "article 18")),
    SeedRule("tender.consultation.documents_days", _("Tender documents on offer (consultation), at least"), 5, WORKING,
             *_CONSULTATION, unverified=True),
    SeedRule("tender.t.bid_days", _("From the first offer of the documents to the bid deadline (tendering law), at least"),
             20, NATURAL, *_tendering("第二十四条", "article 24")),
    SeedRule("tender.g.bid_days",
             _("From the first offer of the documents to the bid deadline (government procurement), at least"), 20,
             NATURAL, *_buying("第三十五条", "article 35")),
    SeedRule("tender.negotiation.bid_days",
             _("From the first offer of the documents to the answers (negotiation), at least"), 3, WORKING,
             *_other_ways("第二十九条", "article 29")),
    SeedRule("tender.inquiry.bid_days", _("From the first offer of the documents to the answers (inquiry), at least"), 3,
             WORKING, *_other_ways("第四十五条", "article 45")),
    SeedRule("tender.consultation.bid_days",
             _("From the first offer of the documents to the answers (consultation), at least"), 10, NATURAL,
             *_CONSULTATION),
    SeedRule("tender.single.bid_days", _("Publicity before a single source is asked, at least"), 5, WORKING,
             *_other_ways("第三十八条", "article 38"), unverified=True),
    SeedRule("tender.listing.bid_days", _("From the notice to the listing or auction of land, at least"), 20, NATURAL,
             *_LAND),
    SeedRule("tender.property.bid_days", _("Disclosure before property rights are sold, at least"), 20, WORKING,
             *_PROPERTY, unverified=True),
    SeedRule("tender.below.bid_days", _("From the notice to the answers below the threshold, at least"), 3, WORKING,
             *_PRACTICE, unverified=True),
    SeedRule("tender.t.clarification_days",
             _("A clarification that changes the documents comes before the deadline (tendering law), at least"), 15,
             NATURAL, *_regulation("第二十一条", "article 21")),
    SeedRule("tender.g.clarification_days",
             _("A clarification that changes the documents comes before the deadline (government procurement), at least"),
             15, NATURAL, *_procurement("第二十七条", "article 27")),
    SeedRule("tender.negotiation.clarification_days",
             _("A clarification that changes the documents comes before the answers (negotiation), at least"), 3,
             WORKING, *_other_ways("第二十九条", "article 29")),
    SeedRule("tender.inquiry.clarification_days",
             _("A clarification that changes the documents comes before the answers (inquiry), at least"), 3, WORKING,
             *_other_ways("第四十五条", "article 45")),
    SeedRule("tender.consultation.clarification_days",
             _("A clarification that changes the documents comes before the answers (consultation), at least"), 5,
             NATURAL, *_CONSULTATION),
    SeedRule("tender.below.clarification_days",
             _("A clarification below the threshold comes before the answers, at least"), 1, WORKING, *_PRACTICE,
             unverified=True),
    SeedRule("tender.t.bond_share", _("Bid bond, of the estimate (tendering law), at most"), 0.02, "share",
             *_regulation("第二十六条", "article 26")),
    SeedRule("tender.g.bond_share", _("Bid bond, of the budget (government procurement), at most"), 0.02, "share",
             *_buying_regulation("第三十三条", "article 33")),
    SeedRule("tender.t.bond_back_days", _("Bid bond back after the contract or a withdrawal (tendering law), within"), 5,
             NATURAL, *_regulation("第三十五条、第五十七条", "articles 35 and 57")),
    SeedRule("tender.g.bond_back_days",
             _("Bid bond back after the notice or the contract (government procurement), within"), 5, WORKING,
             *_buying_regulation("第三十三条", "article 33")),
    SeedRule(PERFORMANCE, _("Performance bond, of the contract amount, at most"), 0.1, "share",
             *_regulation("第五十八条", "article 58")),
    SeedRule(f"{PERFORMANCE}.g", _("Performance bond, of the contract amount (government procurement), at most"), 0.1,
             "share", *_buying_regulation("第四十八条", "article 48"), unverified=True),
    SeedRule(MINIMUM_BIDDERS, _("No opening with fewer bidders than"), 3, "count",
             *_regulation("第四十四条", "article 44")),
    SeedRule(f"{MINIMUM_BIDDERS}.g", _("No opening with fewer bidders than (government procurement by tender)"), 3,
             "count", *_ORDER_87_FEW, unverified=True),
    SeedRule(INVITED_FIRMS, _("Firms that an invited tender invites, at least"), 3, "count",
             *_tendering("第十七条", "article 17")),
    SeedRule(f"{INVITED_FIRMS}.g", _("Firms that an invited tender invites (government procurement), at least"), 3,
             "count", *_buying("第三十四条", "article 34"), unverified=True),
    SeedRule(OBJECTION, _("Objections to the tender documents come before the deadline, at least"), 10, NATURAL,
             *_regulation("第二十二条", "article 22")),
    SeedRule(INTEREST, _("Interest on paid bid bonds, a year: the bank's rate for current accounts"), 0.0005, "share",
             "《中华人民共和国招标投标法实施条例》第五十七条；年利率按开户银行活期存款利率，请随挂牌利率更新",
             "Regulation on the Tendering Law of the PRC, article 57; the yearly rate follows the bank's current accounts",
             unverified=True),
    SeedRule(f"{INTEREST}.g", _("Interest on paid bid bonds (government procurement), a year"), 0, "share",
             "《中华人民共和国政府采购法实施条例》第三十三条（只规定退还期限，未规定计付利息）",
             "Regulation on the Government Procurement Law of the PRC, article 33 (sets the days only, no interest)",
             unverified=True),
    SeedRule(f"{LATE_INTEREST}.g",
             _("For each day that a paid bid bond goes back too late (government procurement), a year"), 0.0522, "share",
             "《政府采购货物和服务招标投标管理办法》（财政部令第87号）第三十八条：同期贷款基准利率上浮20%",
             "Measures on tendering for goods and services in government procurement (MOF order 87), article 38: the"
             " benchmark lending rate of the day and a fifth more", unverified=True),
    SeedRule(FAILED_TWICE, _("No more tendering (tendering law) after so many failures, at least"), 2, "count",
             "《工程建设项目施工招标投标办法》第三十八条",
             "Measures on tendering for the construction of works, article 38", unverified=True),
    SeedRule(NEGOTIATION_LEFT,
             _("A failed tender is negotiated on (government procurement) with so many bidders left, at least"), 2, "count",
             "《政府采购货物和服务招标投标管理办法》第四十三条；《政府采购非招标采购方式管理办法》第二十七条",
             "Measures on tendering for goods and services in government procurement, article 43; measures on"
             " non-tendering ways of government procurement, article 27", unverified=True),
    SeedRule(FAILED_LOT_DAYS, _("What becomes of a failed lot is decided within"), 10, WORKING, *_PRACTICE,
             unverified=True),
    SeedRule(REFUND_AMBER, _("The lamp of a bond that is to go back turns amber before its day by"), 2, NATURAL,
             *_PRACTICE, unverified=True),
    SeedRule(OLD_BOND, _("A bond that is still held so long after the opening is reported as old"), 90, NATURAL,
             *_PRACTICE, unverified=True),
)  # fmt: skip
