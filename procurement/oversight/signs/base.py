"""What a computation of signs is declared as, and what it gives back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language

from procurement.oversight.facts import LotFacts
from procurement.oversight.limits import Limits
from procurement.oversight.models import Sign

Text = str | Promise
Kind, Basis = Sign.Kind, Sign.Basis
LAWS = ("t", "g", "o", "s")
Source = tuple[str, str]  # Chinese as the law is cited, English

REGULATION = "《中华人民共和国招标投标法实施条例》第{}", "Regulation on the Tendering Law of the PRC, {}"
ORDER_87 = (
    "《政府采购货物和服务招标投标管理办法》（财政部令第87号）第{}",
    "Measures on tendering for goods and services in government procurement (MOF order 87), {}",
)
BUYING = "《中华人民共和国政府采购法实施条例》第{}", "Regulation on the Government Procurement Law of the PRC, {}"
NO_ARTICLE: Source = (
    "没有法律条文据此认定串通，属于需要核查的情形",
    "No article draws a conclusion from it: a circumstance to be looked into",
)
COLLUSION_BY_OTHER_WAYS: Source = (BUYING[0].format("七十四条"), BUYING[1].format("article 74"))
OCP = "开放合同伙伴组织《公共采购红旗指标》{}", "Open Contracting Partnership, Red flags in public procurement, {}"
IMHOF: Source = (
    "Huber、Imhof（2019）串标筛查方法；Abrantes-Metz 等（2006）方差筛查",
    "Huber, Imhof (2019), screens for bid-rigging; Abrantes-Metz et al. (2006), a variance screen",
)
OECD: Source = (
    "经济合作与发展组织《打击公共采购串通投标指南》",
    "OECD, Guidelines for fighting bid rigging in public procurement",
)
PRACTICE: Source = ("本中心监督方法", "The centre's own method of supervision")


@dataclass(frozen=True)
class Found:
    """One sign as computed. `firms`: keys of organisations; `detail` tells two signs of one code and lot apart."""

    firms: tuple[int, ...]
    figures: dict[str, Any]
    detail: str = ""
    limit: float | None = None
    limit_rule: str = ""
    # What differs from the declaration, for this one.
    basis: str = ""


Compute = Callable[[LotFacts, Limits], Iterable[Found]]


@dataclass(frozen=True)
class Declared:
    """One line of the registry. `sources` and `bases` are by law ("t", "g", "o", "s"; see `LotFacts.law`)."""

    code: str
    title: Text
    kind: str
    formula: str
    sources: dict[str, Source]
    bases: dict[str, str]
    needs: str  # prices | facts | award | across
    points: int
    family: str  # of several signs of one family the heaviest counts
    compute: Compute | None = None  # None: computed across tenders
    rule: str = ""  # the dated rule of the threshold
    laws: frozenset[str] = field(default=frozenset(LAWS))

    def source(self, law: str) -> str:
        """As it is written with the sign."""
        return self.sources[law][0]

    def source_for(self, law: str) -> str:
        """In the reader's language."""
        return self.sources[law][(get_language() or "").startswith("en")]

    def applies(self, lot: LotFacts) -> bool:
        """Prices of a sale go up: the screens of prices say nothing about them."""
        return self.applies_to(lot.law)

    def applies_to(self, law: str) -> bool:
        return law in self.laws and not (self.needs in ("prices", "award") and law == "s")


def law(item_t: str, number_t: str, item_g: str, number_g: str) -> tuple[dict[str, Source], dict[str, str]]:
    """Sources and bases of a fact that article 40 of the regulation and article 37 of order 87 deem collusion."""
    sources = {
        "t": (REGULATION[0].format(item_t), REGULATION[1].format(number_t)),
        "g": (ORDER_87[0].format(item_g), ORDER_87[1].format(number_g)),
        "o": COLLUSION_BY_OTHER_WAYS,
        "s": NO_ARTICLE,
    }
    deemed, open_ = Basis.DEEMED.value, Basis.CIRCUMSTANCE.value
    return sources, {"t": deemed, "g": deemed, "o": open_, "s": open_}


def deemed(item: str, number: int) -> tuple[dict[str, Source], dict[str, str]]:
    """The facts that stand under the same item in both lists."""
    return law(
        f"四十条第（{item}）项", f"article 40 ({number})", f"三十七条第（{item}）项", f"article 37 ({number})"
    )  # fmt: skip


def circumstance() -> tuple[dict[str, Source], dict[str, str]]:
    return dict.fromkeys(LAWS, NO_ARTICLE), dict.fromkeys(LAWS, Basis.CIRCUMSTANCE.value)


def barred() -> tuple[dict[str, Source], dict[str, str]]:
    """Who may not bid side by side: one head, or control of one over the other."""
    t = (REGULATION[0].format("三十四条第二款"), REGULATION[1].format("article 34 (2)"))
    g = (BUYING[0].format("十八条第一款"), BUYING[1].format("article 18 (1)"))
    held = Basis.BARRED.value
    return {"t": t, "g": g, "o": g, "s": NO_ARTICLE}, {"t": held, "g": held, "o": held, "s": Basis.CIRCUMSTANCE.value}


def figure(source: Source) -> tuple[dict[str, Source], dict[str, str]]:
    return dict.fromkeys(LAWS, source), dict.fromkeys(LAWS, Basis.FIGURE.value)


def ocp(code: str) -> tuple[dict[str, Source], dict[str, str]]:
    return figure((OCP[0].format(code), OCP[1].format(code)))
