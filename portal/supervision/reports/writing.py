"""The first text of a report: which sentences its figures allow, in the wording of official reports.

A sentence about something that did not happen says so; one whose figure is missing is left out or says that there is
none. Numbers are never written here, only their marks.
"""

from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

from portal.supervision.reports import wording
from portal.supervision.reports.figures import FIGURES, SECTIONS
from portal.supervision.reports.marks import Bound, ranked

Paragraphs = dict[str, str]


def first_text(bound: Bound) -> Paragraphs:
    """Section → its text, sentence after sentence."""
    made = {name: "".join(sentences(bound)) for name, sentences in WRITERS.items()}
    return {"opening": _opening(), **{name: made[name] for name in SECTIONS}, "closing": "".join(_closing(bound))}


def _opening() -> str:
    return _(
        "This report rests on the records of the service centre's portal. Every figure was counted from single cases,"
        " and the lists behind the figures can be opened in the portal."
    )


def _has(bound: Bound, path: str) -> bool:
    return bool(wording.number(path, bound.now))


def _known(bound: Bound, path: str) -> bool:
    return wording.number(path, bound.now) is not None


def _approvals(bound: Bound) -> Iterator[str]:
    if not _has(bound, "approvals.received") and not _has(bound, "approvals.concluded"):
        yield _("No application was filed or concluded in this period.")
        return
    yield _("{approvals.received} applications were received{approvals.received:change}.")
    yield _(" {approvals.accepted} were accepted and {approvals.concluded} concluded{approvals.concluded:change}.")
    if _known(bound, "approvals.immediate_share"):
        yield _(" Immediate items made up {approvals.immediate_share} of those concluded.")
    if _known(bound, "approvals.on_time_rate"):
        yield _(" The on-time rate was {approvals.on_time_rate}{approvals.on_time_rate:change};")
        yield _(" {approvals.early_rate} were concluded before the due date{approvals.early_rate:change}.")
    yield _overdue(bound)
    if _known(bound, "approvals.mean_actual_days"):
        yield _(
            " On average the law allows {approvals.mean_legal_days} working days, {approvals.mean_promised_days} were"
            " promised and {approvals.mean_actual_days} needed{approvals.mean_actual_days:change}; the promises shorten"
            " the legal time by {approvals.time_compression}."
        )
    if _known(bound, "approvals.online_rate"):
        yield _(" {approvals.online_rate} were handled online without a visit{approvals.online_rate:change}.")
    if _has(bound, "approvals.late_answers"):
        yield _(" {approvals.late_answers} applications were answered later than the law allows.")
    yield _(" At the end {approvals.open} applications were open")
    yield (
        _(", {approvals.open_overdue} of them overdue.")
        if _has(bound, "approvals.open_overdue")
        else _(", none of them overdue.")
    )
    yield _spread(
        bound,
        "approvals.on_time_rate",
        _(
            " Departments with the highest on-time rate: {approvals.on_time_rate:top}; with the lowest: "
            "{approvals.on_time_rate:bottom}."
        ),
    )


def _overdue(bound: Bound) -> str:
    if not _has(bound, "approvals.promise_concluded"):
        return ""
    if not _has(bound, "approvals.overdue"):
        return _(" No application was concluded late.")
    text = _(
        " {approvals.overdue} were concluded late, a rate of {approvals.overdue_rate}{approvals.overdue_rate:change}."
    )
    rate = FIGURES["approvals.overdue_rate"]
    worse = wording.verdict(rate, bound.now, bound.then, bound.least) < 0
    return text + (_(" The departments concerned are asked to find the causes and to put them right.") if worse else "")


def _spread(bound: Bound, path: str, sentence: str) -> str:
    """Best and worst departments, where they differ and there are enough of them."""
    rows = ranked(path, bound)
    shown = {wording.printed(FIGURES[path], row["now"]) for row in rows}
    return sentence if len(rows) >= 6 and len(shown) > 1 else ""


def _reform(bound: Bound) -> Iterator[str]:
    if not _has(bound, "catalogue.items"):
        yield _("No item was in force.")
        return
    yield _(
        "{catalogue.items} items were in force at the end of the period, {catalogue.promise_items} of them "
        "with a promised time."
    )
    if _known(bound, "catalogue.mean_promised_days"):
        yield _(
            " The law allows {catalogue.mean_legal_days} working days on average, {catalogue.mean_promised_days} are"
            " promised; that shortens the legal time by {catalogue.time_compression}."
        )
    if _has(bound, "catalogue.compressed_items"):
        yield _(
            " Against the earlier promises {catalogue.compressed_items} items were shortened, by "
            "{catalogue.compressed_days} working days together."
        )
    yield _(
        " {catalogue.online_share} of the items can be done online, {catalogue.one_visit_share} with one visit at most."
    )
    changes = [
        (_has(bound, "reform.cancelled"), _("{reform.cancelled} cancelled")),
        (_has(bound, "reform.merged"), _("{reform.merged} merged")),
        (_has(bound, "reform.added"), _("{reform.added} added")),
        (_has(bound, "reform.delegated"), _("{reform.delegated} delegated downward")),
    ]
    told = [text for happened, text in changes if happened]
    if told:
        yield _(" Of the items, %(changes)s.") % {"changes": _(", ").join(told)}
    else:
        yield _(" The list of items did not change.")


def _hall(bound: Bound) -> Iterator[str]:
    if not _has(bound, "hall.tickets") and not _has(bound, "hall.appointments"):
        yield _("No number was taken in the hall in this period.")
        return
    yield _("{hall.tickets} numbers were taken in the hall{hall.tickets:change}; {hall.served} visitors were served.")
    if _known(bound, "hall.wait_p50_minutes"):
        yield _(
            " Half of them waited less than {hall.wait_p50_minutes} minutes, nine in ten less than {hall.wait_p90_minutes}."
        )
    if _has(bound, "hall.appointments"):
        yield _(" {hall.appointments} came by appointment{hall.appointments:change}.")
    if _known(bound, "hall.attendance_rate"):
        yield _(" The attendance rate was {hall.attendance_rate}{hall.attendance_rate:change}.")
    yield (
        _(" {hall.empty_posts} times an open window had nobody at it.")
        if _has(bound, "hall.empty_posts")
        else _(" No open window was found without its clerk.")
    )
    if _has(bound, "hall.patrol_findings"):
        yield _(" Patrols found {hall.patrol_findings} faults, {hall.patrol_rectified} of which have been put right.")


def _ratings(bound: Bound) -> Iterator[str]:
    if not _has(bound, "ratings.given"):
        yield _("No rating was given in this period, so there is no satisfaction rate.")
        return
    yield _(
        "{ratings.given} ratings were given{ratings.given:change}; {ratings.satisfaction_rate} of them were "
        "satisfied{ratings.satisfaction_rate:change}."
    )
    if _known(bound, "ratings.active_rate"):
        yield _(" {ratings.active_rate} of those who could rate did so.")
    if not _has(bound, "ratings.bad"):
        yield _(" There was no bad rating.")
    else:
        yield _(" There were {ratings.bad} bad ratings")
        yield (
            _("; {ratings.rectification_rate} of the upheld ones were put right in time.")
            if _known(bound, "ratings.rectification_rate")
            else _(", none of which was due to be put right yet.")
        )
    yield _spread(
        bound,
        "ratings.satisfaction_rate",
        _(
            " Most satisfied were the visitors of {ratings.satisfaction_rate:top}; least satisfied those of "
            "{ratings.satisfaction_rate:bottom}."
        ),
    )


def _procurement(bound: Bound) -> Iterator[str]:
    if bound.span.department_id is not None:
        yield _("Public resource trading is not counted by department.")
        return
    if not _has(bound, "procurement.total.projects"):
        yield _("No project of public resource trading ended in this period.")
        return
    yield _(
        "{procurement.total.projects} projects ended{procurement.total.projects:change}; "
        "{procurement.total.deals} were awarded, for {procurement.total.deal_fen} "
        "together{procurement.total.deal_fen:change}."
    )
    if _known(bound, "procurement.total.savings_rate"):
        yield _(
            " Against control price or budget {procurement.total.savings_fen} were saved, "
            "{procurement.total.savings_rate}{procurement.total.savings_rate:change}."
        )
    if _has(bound, "procurement.total.premium_fen"):
        yield _(" Listings and auctions brought {procurement.total.premium_fen} more than their starting prices.")


def _hotline(bound: Bound) -> Iterator[str]:
    if not _has(bound, "hotline.recorded"):
        yield _("No ticket was recorded in this period.")
        return
    yield _(
        "{hotline.recorded} tickets were recorded{hotline.recorded:change}; {hotline.direct_share} were answered directly."
    )
    if _known(bound, "hotline.on_time_rate"):
        yield _(
            " Of {hotline.due} that were due, {hotline.on_time_rate} were handled on time{hotline.on_time_rate:change}."
        )
    if _has(bound, "hotline.called_back"):
        yield _(
            " {hotline.called_back} callers were called back: the response rate was {hotline.response_rate}, the"
            " resolution rate {hotline.resolution_rate}{hotline.resolution_rate:change}, the satisfaction rate"
            " {hotline.satisfaction_rate}{hotline.satisfaction_rate:change}."
        )
    if _has(bound, "hotline.returned"):
        yield _(" Departments returned {hotline.returned} tickets, a rate of {hotline.return_rate}.")
    yield _(" At the end {hotline.open} tickets were open")
    yield (
        _(", {hotline.open_overdue} of them overdue.")
        if _has(bound, "hotline.open_overdue")
        else _(", none of them overdue.")
    )
    yield _spread(
        bound,
        "hotline.on_time_rate",
        _(" Most punctual were {hotline.on_time_rate:top}; least punctual {hotline.on_time_rate:bottom}."),
    )


def _supervision(bound: Bound) -> Iterator[str]:
    if not any(_has(bound, f"supervision.{name}") for name in ("amber", "red", "reminders", "orders")):
        yield _("No lamp was lit and no order was given in this period.")
        return
    if _has(bound, "supervision.amber") or _has(bound, "supervision.red"):
        yield _(
            "Supervision lit {supervision.amber} amber and {supervision.red} red lamps{supervision.red:change}",
        )
    else:
        yield _("Supervision lit no lamp")
    yield (
        _("; units were reminded {supervision.reminders} times.")
        if _has(bound, "supervision.reminders")
        else _("; nobody had to be reminded.")
    )
    if _has(bound, "supervision.orders"):
        yield _(
            " {supervision.orders} supervision orders were given, {supervision.orders_answered} have been answered."
        )


def _closing(bound: Bound) -> Iterator[str]:
    """What the figures leave to be done: only what is there, and nothing where all is well."""
    left = [
        ("approvals.open_overdue", _("{approvals.open_overdue} applications are still open past their promised day")),
        ("approvals.late_answers", _("{approvals.late_answers} applications waited too long for a first answer")),
        ("hotline.open_overdue", _("{hotline.open_overdue} tickets are still open past their day")),
        ("hall.empty_posts", _("open windows were left empty {hall.empty_posts} times")),
        ("ratings.bad", _("{ratings.bad} visitors gave a bad rating")),
    ]
    told = [text for path, text in left if _has(bound, path)]
    if not told:
        return
    yield _("What remains: %(faults)s.") % {"faults": _("; ").join(told)}
    yield _(
        " In the next period the units concerned clear what is overdue case by case, find the causes of late handling"
        " and of dissatisfaction, and report what they have done about them."
    )


WRITERS: dict[str, Callable[[Bound], Iterator[str]]] = {
    "approvals": _approvals,
    "reform": _reform,
    "hall": _hall,
    "ratings": _ratings,
    "procurement": _procurement,
    "hotline": _hotline,
    "supervision": _supervision,
}
