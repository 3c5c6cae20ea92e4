"""The dated rules of evaluation, each with its source.

`unverified` rows could not be read in an official text or rest on practice; the page of rules says so.
"""

from django.utils.translation import gettext_lazy as _

from portal.core.rule_book import SeedRule

_ORDER_87 = "《政府采购货物和服务招标投标管理办法》（财政部令第87号）"
_ORDER_87_EN = "Measures on tendering for goods and services in government procurement (MOF order 87)"
_CONSULTATION = (
    "《政府采购竞争性磋商采购方式管理暂行办法》（财库〔2014〕214号）第二十四条",
    "Interim measures on competitive consultation in government procurement (Caiku (2014) No. 214), article 24",
)
_ONE_METHOD = (
    "《政府采购非招标采购方式管理办法》（财政部令第74号）第三十五条、第四十八条；财库〔2014〕214号第二十三条",
    "Measures on procurement other than by tender (MOF order 74), articles 35 and 48; Caiku (2014) No. 214, article 23",
)
_OFFERS = (
    "《政府采购非招标采购方式管理办法》（财政部令第74号）第二十七条、第三十三条；财库〔2014〕214号第三条、第二十一条；"
    "财库〔2015〕124号",
    "Measures on procurement other than by tender (MOF order 74), articles 27 and 33; Caiku (2014) No. 214, articles 3"
    " and 21; Caiku (2015) No. 124",
)
_SMALL = (
    "《政府采购促进中小企业发展管理办法》（财库〔2020〕46号）第九条，货物服务按财库〔2022〕19号调整",
    "Measures on small and medium enterprises in government procurement (Caiku (2020) No. 46), article 9, for goods and"
    " services as changed by Caiku (2022) No. 19",
)
_REGULATION = "《中华人民共和国招标投标法实施条例》"
_REGULATION_EN = "Regulation on the Tendering Law of the PRC"
_COMMITTEES = (
    "《中华人民共和国招标投标法》第四十二条、《评标委员会和评标方法暂行规定》第二十七条",
    "Tendering Law of the PRC, article 42; interim provisions on evaluation committees and methods, article 27",
)
_PRACTICE = ("本中心惯例，启用前请核定", "Practice of the centre, to be confirmed before use")

WEIGHTS = "evaluation.g.price_weights"
CONSULTATION_WEIGHTS = "evaluation.consultation.price_weights"
SMALL = "evaluation.small_discounts"
METHODS = "evaluation.g.methods"
CANDIDATES = "evaluation.candidates"
MINIMUM = "evaluation.minimum_qualified"
COMPETITION = "evaluation.t.competition_under"
LOW_SHARES = "evaluation.low_price_percent"
OUTLYING = "evaluation.outlying_share"
ANSWER_MINUTES = "evaluation.answer_minutes"
OFFER_MINUTES = "evaluation.offer_minutes"
OFFER_LONGER = "evaluation.offer_longer"
TWO_GROUNDS = "evaluation.two_suppliers"
SIGNING_MINUTES = "evaluation.signing_minutes"

# Two numbers are bounds, from and to, in percent.
EVALUATION_RULES: tuple[SeedRule, ...] = (
    SeedRule(WEIGHTS, _("Points for the price of a hundred, from and to (government procurement by tender)"),
             {"goods": [30, 100], "services": [10, 100], "works": [0, 100]}, "limits",
             f"{_ORDER_87}第五十五条（只规定下限）", f"{_ORDER_87_EN}, article 55 (lower limits only)", unverified=True),
    SeedRule(CONSULTATION_WEIGHTS, _("Points for the price of a hundred, from and to (competitive consultation)"),
             {"goods": [30, 60], "services": [10, 30], "works": [0, 100]}, "limits", *_CONSULTATION, unverified=True),
    SeedRule(SMALL, _("Taken off the price of small enterprises for the evaluation, in percent, from and to"),
             {"goods": [10, 20], "services": [10, 20], "works": [3, 5]}, "limits", *_SMALL, unverified=True),
    SeedRule(METHODS, _("The one method of evaluation of a way of buying (government procurement)"),
             {"negotiation": "lowest", "inquiry": "lowest", "consultation": "comprehensive"}, "limits", *_ONE_METHOD,
             unverified=True),
    SeedRule(CANDIDATES, _("Candidates of a lot, at most"), 3, "count", f"{_REGULATION}第五十三条",
             f"{_REGULATION_EN}, article 53"),
    SeedRule(MINIMUM, _("Bidders that must qualify in government procurement, at least"), 3, "count",
             f"{_ORDER_87}第四十三条、第四十四条", f"{_ORDER_87_EN}, articles 43 and 44", unverified=True),
    SeedRule(f"{CANDIDATES}.g", _("Candidates of a lot (government procurement), at most"), 3, "count", *_PRACTICE,
             unverified=True),
    SeedRule(COMPETITION, _("The committee asks whether competition is lacking (tendering law) under so many valid bids"),
             3, "count", *_COMMITTEES, unverified=True),
    SeedRule(LOW_SHARES, _("A price is asked about under this percent of the mean of the others"),
             {"g": 50, "t": 80}, "limits", *_PRACTICE, unverified=True),
    SeedRule(OUTLYING, _("A member confirms a total that lies further from the median of all totals than"), 0.3, "share",
             *_PRACTICE, unverified=True),
    SeedRule(ANSWER_MINUTES, _("A bidder answers the committee within"), 60, "minutes", *_PRACTICE, unverified=True),
    SeedRule(OFFER_MINUTES, _("The round of final offers lasts at least"), 30, "minutes", *_PRACTICE, unverified=True),
    SeedRule(OFFER_LONGER, _("After an outage a supervisor lengthens a round of final offers at once by, at most"), 240,
             "minutes", *_PRACTICE, unverified=True),
    SeedRule(TWO_GROUNDS, _("Final offers at least, where the law knows a ground for fewer than three"),
             {"approved": 2, "research": 2, "services": 2}, "limits", *_OFFERS, unverified=True),
    SeedRule(SIGNING_MINUTES, _("The chair notes a refused signature after"), 60, "minutes", *_PRACTICE,
             unverified=True),
)  # fmt: skip
