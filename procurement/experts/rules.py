"""The dated rules of experts and committees, each with its source, and the rules of avoidance with theirs."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.core.rule_book import SeedRule

TERM = "experts.term_years"
CHECK = "experts.check_days"
RENEWAL = "experts.renewal_days"
AVOID = "experts.avoid_years"
ANSWER = "experts.answer_minutes"
SHORT_ANSWER = "experts.short_answer_minutes"
REVEAL = "experts.reveal_hours"
LEAST = "committee.least"
LEAST_LARGE = "committee.least_large"
LEAST_SMALL = "committee.least_small"
LARGE_FROM = "committee.large_from_wan"
ONE_IN = "committee.representatives_one_in"
SINGLE = "experts.g.single_source_members"

_PRACTICE = ("本中心惯例，启用前请核定", "Practice of the centre, to be confirmed before use")
_EXPERTS = (
    "《评标专家和评标专家库管理办法》",
    "Measures on bid evaluation experts and their pools",
)
_LAW = ("《中华人民共和国招标投标法》第三十七条", "Tendering Law of the PRC, article 37")
_GOODS = (
    "《政府采购货物和服务招标投标管理办法》第四十七条",
    "Measures on tendering for goods and services in government procurement, article 47",
)
_OTHER_WAYS = (
    "《政府采购非招标采购方式管理办法》第七条",
    "Measures on non-tendering ways of government procurement, article 7",
)
_ORDER_74_41 = (
    "《政府采购非招标采购方式管理办法》（财政部令第74号）第四十一条：组织具有相关经验的专业人员协商；人数为本中心惯例",
    "Measures on non-tendering ways of government procurement (MOF order 74), article 41: professionals with experience"
    " negotiate; how many is the centre's practice",
)
_REVIEWERS = (
    "《政府采购评审专家管理办法》（财库〔2016〕198号）第十六条",
    "Measures on government procurement review experts, Caiku (2016) No. 198, article 16",
)

EXPERT_RULES: tuple[SeedRule, ...] = (
    SeedRule(TERM, _("Experts are appointed to the pool for so many years"), 3, "count", *_EXPERTS, unverified=True),
    SeedRule(CHECK, _("Experts are checked again within"), 365, "natural_days", *_EXPERTS, unverified=True),
    SeedRule(RENEWAL, _("Another term of an expert can be examined before the end of the present one by"), 60,
             "natural_days", *_PRACTICE, unverified=True),
    SeedRule(AVOID, _("Who was employed by a party avoids its tenders for so many years"), 3, "count", *_REVIEWERS),
    SeedRule(ANSWER, _("An expert answers a call within"), 120, "minutes", *_PRACTICE, unverified=True),
    SeedRule(SHORT_ANSWER, _("An expert who is called shortly before the evaluation answers within"), 20, "minutes",
             *_PRACTICE, unverified=True),
    SeedRule(REVEAL, _("Both seeds of a draw are revealed after they were sealed within"), 24, "hours", *_PRACTICE,
             unverified=True),
    SeedRule(LEAST, _("An evaluation committee has at least so many members"), 5, "count", *_LAW),
    SeedRule(LEAST_LARGE, _("The committee of a large or complex government procurement has at least so many members"), 7,
             "count", *_GOODS),
    SeedRule(LEAST_SMALL, _("A negotiation, consultation or inquiry group has at least so many members"), 3, "count",
             *_OTHER_WAYS),
    SeedRule(LARGE_FROM, _("A government procurement is large from a budget of so many times 10,000 yuan"), 1000,
             "count", *_GOODS),
    SeedRule(ONE_IN, _("At most one member in so many represents the buyer"), 3, "count", *_LAW),
    SeedRule(f"{LEAST}.g", _("An evaluation committee (government procurement) has at least so many members"), 5, "count",
             *_GOODS, unverified=True),
    SeedRule(f"{ONE_IN}.g", _("At most one member in so many represents the buyer (government procurement)"), 3, "count",
             f"{_GOODS[0]}；非招标方式依《政府采购非招标采购方式管理办法》第七条",
             f"{_GOODS[1]}; other ways than tenders: measures on non-tendering ways, article 7", unverified=True),
    SeedRule(SINGLE, _("So many professionals at least negotiate with a single source"), 2, "count", *_ORDER_74_41,
             unverified=True),
)  # fmt: skip


@dataclass(frozen=True)
class Avoidance:
    """Why somebody cannot be drawn for a tender. `code` stands in the published pool."""

    code: str
    label: str | Promise
    source: str
    source_en: str

    @property
    def display_source(self) -> str:
        return self.source_en if (get_language() or "").startswith("en") else self.source


_KIN = (
    "《评标委员会和评标方法暂行规定》第十二条",
    "Interim provisions on evaluation committees and methods, article 12",
)
_INTEREST = ("《中华人民共和国招标投标法实施条例》第四十六条", "Regulation on the Tendering Law of the PRC, article 46")

# In the order in which they are asked: the first that applies is the one that is named.
AVOIDANCES: tuple[Avoidance, ...] = (
    Avoidance("term", pgettext_lazy("avoidance", "Appointment or yearly check has run out"), *_EXPERTS),
    Avoidance("suspended", pgettext_lazy("avoidance", "Suspended or removed from the pool"), *_EXPERTS),
    Avoidance("restriction", pgettext_lazy("avoidance", "The employer is kept out of public trading"), *_INTEREST),
    Avoidance("own_unit", pgettext_lazy("avoidance", "Works for the buyer"), *_REVIEWERS),
    Avoidance("agency_staff", pgettext_lazy("avoidance", "Works or worked for the tendering agency"), *_REVIEWERS),
    Avoidance("bidder_staff", pgettext_lazy("avoidance", "Works or worked for a firm that takes part"), *_REVIEWERS),
    Avoidance("employment", pgettext_lazy("avoidance", "Worked for the buyer within three years"), *_REVIEWERS),
    Avoidance("interest", pgettext_lazy("avoidance", "Owns, leads or acts for a party"), *_INTEREST),
    Avoidance("kinship", pgettext_lazy("avoidance", "Close relative of a person behind a firm that takes part"), *_KIN),
    Avoidance("leave", pgettext_lazy("avoidance", "On leave that day"), *_PRACTICE),
    Avoidance("seated", pgettext_lazy("avoidance", "Sits on another committee in that half of the day"), *_PRACTICE),
)
BY_CODE = {one.code: one for one in AVOIDANCES}
