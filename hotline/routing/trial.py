"""A draft tried on past tickets: where they would have gone, against where they finally went."""

from collections import Counter
from typing import Any

from hotline.models import Ticket
from hotline.routing.engine import Facts, decide
from hotline.routing.loading import specs_of
from hotline.routing.models import RuleBook
from hotline.routing.suggesting import lineage, tree_of_categories
from portal.core.time import ZONE, now

MOST_TICKETS = 2000
SHOWN = 50
COLUMNS = (
    "pk", "number", "title", "content", "category_id", "street_code", "address", "recorded_at", "department_id",
    "department__name", "department__short_name", "grade",
)  # fmt: skip


def try_on_past(book: RuleBook) -> dict[str, Any]:
    """The figures of the page: of the latest tickets that a department has handled, how many would have gone there.

    `same` + `elsewhere` + `left` = `tried`; `left` are those for which no rule names a department. Three queries.
    """
    rules, tree = specs_of(book), tree_of_categories()
    counts: Counter[str] = Counter()
    by_rule: Counter[str] = Counter()
    examples: list[dict[str, Any]] = []
    broken: dict[str, str] = {}
    past = Ticket.objects.filter(department__isnull=False, imported=False).order_by("-recorded_at", "-pk")
    for row in past.values(*COLUMNS)[:MOST_TICKETS]:
        verdict = decide(rules, _facts(row, tree))
        broken |= {rule.name: because for rule, because in verdict.broken}
        outcome = _outcome(verdict.rule, row)
        counts[outcome] += 1
        if verdict.rule is not None:
            by_rule[verdict.rule.name] += 1
            counts["grade_differs"] += bool(verdict.rule.grade and verdict.rule.grade != row["grade"])
        if outcome == "elsewhere" and len(examples) < SHOWN and verdict.rule is not None:
            examples.append(
                {
                    "ticket": row["pk"], "number": row["number"], "title": row["title"],
                    "went": row["department__short_name"] or row["department__name"],
                    "would": verdict.rule.department_name, "rule": verdict.rule.name,
                }
            )  # fmt: skip
    return {
        "at": now().isoformat(), "tried": counts["same"] + counts["elsewhere"] + counts["left"],
        "same": counts["same"], "elsewhere": counts["elsewhere"], "left": counts["left"],
        "grade_differs": counts["grade_differs"], "by_rule": by_rule.most_common(), "examples": examples,
        "broken": sorted(broken.items()),
    }  # fmt: skip


def _facts(row: dict[str, Any], tree: dict[int, int | None]) -> Facts:
    return Facts(
        text=f"{row['title']}\n{row['content']}",
        at=row["recorded_at"].astimezone(ZONE),
        categories=lineage(row["category_id"], tree),
        street_code=row["street_code"],
        place=row["address"],
    )


def _outcome(rule: Any, row: dict[str, Any]) -> str:
    if rule is None or rule.department_id is None:
        return "left"
    return "same" if rule.department_id == row["department_id"] else "elsewhere"
