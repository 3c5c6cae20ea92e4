"""The dated rules of what comes after the evaluation: publicity, choice, contract, remedies, each with its source.

`unverified` rows could not be read in an official text or rest on practice; the page of rules says so.
"""

from django.utils.translation import gettext_lazy as _

from portal.core.rule_book import SeedRule

NATURAL, WORKING = "natural_days", "working_days"


def _regulation(article: str, number: str) -> tuple[str, str]:
    return (
        f"《中华人民共和国招标投标法实施条例》{article}",
        f"Regulation on the Tendering Law of the PRC, {number}",
    )


def _buying(article: str, number: str) -> tuple[str, str]:
    return f"《中华人民共和国政府采购法》{article}", f"Government Procurement Law of the PRC, {number}"


def _buying_regulation(article: str, number: str) -> tuple[str, str]:
    return (
        f"《中华人民共和国政府采购法实施条例》{article}",
        f"Regulation on the Government Procurement Law of the PRC, {number}",
    )


def _queries(article: str, number: str) -> tuple[str, str]:
    return (
        f"《政府采购质疑和投诉办法》{article}",
        f"Measures on queries and complaints in government procurement, {number}",
    )


_CONTRACT = (
    "《中华人民共和国招标投标法》第四十六条、《中华人民共和国政府采购法》第四十六条",
    "Tendering Law of the PRC, article 46; Government Procurement Law of the PRC, article 46",
)
_LAND = (
    "《招标拍卖挂牌出让国有建设用地使用权规定》第二十二条",
    "Provisions on the assignment of state-owned land by tender, auction and listing, article 22",
)
_FINE = ("《中华人民共和国行政处罚法》第六十七条", "Administrative Penalty Law of the PRC, article 67")
_PRACTICE = ("本中心惯例，启用前请核定", "Practice of the centre, to be confirmed before use")

PUBLISH, PUBLICITY = "award.t.publish_days", "award.t.publicity_days"
T_CHOICE = "award.t.choice_days"
REPORT, CHOICE, ANNOUNCE = "award.g.report_days", "award.g.choice_days", "award.g.announce_days"
RESULT_NOTICE = "award.g.notice_days"
SALE_PUBLISH, SALE_PUBLICITY = "award.sale.publish_days", "award.sale.publicity_days"
SIGN, CONTRACT_PUBLIC, CHANGE_SHARE = "award.contract_days", "award.g.contract_public_days", "award.g.change_share"
AMBER, SIGN_AMBER = "award.amber_days", "award.contract_amber_days"
T_ANSWER, G_QUERY, G_ANSWER = "remedy.t.answer_days", "remedy.g.query_days", "remedy.g.answer_days"
T_COMPLAINT, G_COMPLAINT = "remedy.t.complaint_days", "remedy.g.complaint_days"
T_ACCEPT, G_ACCEPT = "remedy.t.accept_days", "remedy.g.accept_days"
T_DECIDE, G_DECIDE = "remedy.t.decide_days", "remedy.g.decide_days"
G_SUSPEND, FRIVOLOUS = "remedy.g.suspend_days", "remedy.frivolous_count"
FINE = "penalty.payment_days"
PASSING_OVER, LEAST_VOTES = "award.passing_over", "award.t.separation_members"

AWARD_RULES: tuple[SeedRule, ...] = (
    SeedRule(PUBLISH, _("Candidates public after the report (tendering law), within"), 3, NATURAL,
             *_regulation("第五十四条", "article 54")),
    SeedRule(PUBLICITY, _("Candidates stay public (tendering law), at least"), 3, NATURAL,
             *_regulation("第五十四条", "article 54")),
    SeedRule(T_CHOICE, _("Winner chosen after the publicity (tendering law), within"), 5, WORKING, *_PRACTICE,
             unverified=True),
    SeedRule(REPORT, _("Evaluation report to the buyer (government procurement), within"), 2, WORKING,
             *_buying_regulation("第四十三条", "article 43")),
    SeedRule(CHOICE, _("Winner chosen after the report (government procurement), within"), 5, WORKING,
             *_buying_regulation("第四十三条", "article 43")),
    SeedRule(ANNOUNCE, _("Result announced after the choice (government procurement), within"), 2, WORKING,
             *_buying_regulation("第四十三条", "article 43")),
    SeedRule(RESULT_NOTICE, _("The announcement of the result runs (government procurement) for"), 1, WORKING,
             "《政府采购货物和服务招标投标管理办法》第六十九条",
             "Measures on tendering for goods and services in government procurement, article 69", unverified=True),
    SeedRule(SALE_PUBLISH, _("Result of a listing or auction public, within"), 10, WORKING, *_LAND, unverified=True),
    SeedRule(SALE_PUBLICITY, _("Result of a listing or auction stays public, at least"), 5, WORKING, *_PRACTICE,
             unverified=True),
    SeedRule(PASSING_OVER, _("Another candidate than the one before is chosen"), [55], "articles",
             *_regulation("第五十五条", "article 55")),
    SeedRule(f"{PASSING_OVER}.g", _("Another candidate than the one before is chosen (government procurement)"), [49],
             "articles", *_buying_regulation("第四十九条", "article 49"), unverified=True),
    SeedRule(LEAST_VOTES, _("An award committee of the tenderer (evaluation and award separated) has at least"), 3,
             "count", *_PRACTICE, unverified=True),
    SeedRule(SIGN, _("Contract signed after the notice of award, within"), 30, NATURAL, *_CONTRACT),
    SeedRule(CONTRACT_PUBLIC, _("Contract public after it was signed (government procurement), within"), 2, WORKING,
             *_buying_regulation("第五十条", "article 50")),
    SeedRule(CHANGE_SHARE, _("Additions to a contract, of its amount (government procurement), at most"), 0.1, "share",
             *_buying("第四十九条", "article 49")),
    SeedRule(AMBER, _("The lamp of a step after the evaluation turns amber before its day by"), 1, NATURAL, *_PRACTICE,
             unverified=True),
    SeedRule(SIGN_AMBER, _("The lamp of a contract that is to be signed turns amber before its day by"), 7, NATURAL,
             *_PRACTICE, unverified=True),
    SeedRule(T_ANSWER, _("Objection answered (tendering law), within"), 3, NATURAL,
             *_regulation("第二十二条、第五十四条", "articles 22 and 54")),
    SeedRule(G_QUERY, _("Query raised (government procurement), within"), 7, WORKING, *_buying("第五十二条", "article 52")),
    SeedRule(G_ANSWER, _("Query answered (government procurement), within"), 7, WORKING,
             *_buying("第五十三条", "article 53")),
    SeedRule(T_COMPLAINT, _("Complaint filed (tendering law), within"), 10, NATURAL,
             *_regulation("第六十条", "article 60")),
    SeedRule(G_COMPLAINT, _("Complaint filed after the time for the answer (government procurement), within"), 15, WORKING,
             *_buying("第五十五条", "article 55")),
    SeedRule(T_ACCEPT, _("Complaint accepted or not (tendering law), within"), 3, WORKING,
             *_regulation("第六十一条", "article 61")),
    SeedRule(G_ACCEPT, _("Complaint examined (government procurement), within"), 5, WORKING,
             *_queries("第二十一条", "article 21"), unverified=True),
    SeedRule(T_DECIDE, _("Complaint decided after it was accepted (tendering law), within"), 30, WORKING,
             *_regulation("第六十一条", "article 61")),
    SeedRule(G_DECIDE, _("Complaint decided after it was received (government procurement), within"), 30, WORKING,
             *_buying("第五十六条", "article 56")),
    SeedRule(G_SUSPEND, _("Procurement suspended for a complaint (government procurement), at most"), 30, NATURAL,
             *_buying("第五十七条", "article 57")),
    SeedRule(FRIVOLOUS, _("Complaints without basis within twelve months that are noted as misconduct, from"), 3, "count",
             *_queries("第三十七条", "article 37"), unverified=True),
    SeedRule(FINE, _("A fine is paid after the decision, within"), 15, NATURAL, *_FINE),
)  # fmt: skip
