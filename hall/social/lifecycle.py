"""The life of a visit with its draw, and of a seat, as tables."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.social import policies
from hall.social.models import Seat, Visit
from portal.core.lifecycle import Ask, Lifecycle, State, Step, Transition
from portal.core.time import today

REASON = Ask("note", "text", _("Reason"), longest=500)
SUMMARY = Ask("summary", "text", _("Summary for the public"), longest=2000)
REPORT = Ask("report", "text", _("What you saw"), longest=2000)

# --- the visit ----------------------------------------------------------------------------------------------------------

VISIT_STATES = [
    State("frozen", pgettext_lazy("visit state", "Pool frozen, waiting for the sealed seeds")),
    State("sealed", pgettext_lazy("visit state", "Seeds sealed, waiting to be revealed")),
    State("drawn", pgettext_lazy("visit state", "Drawn")),
    State("published", pgettext_lazy("visit state", "Published"), ended=True),
    State("failed", pgettext_lazy("visit state", "Called off"), ended=True),
]
VISIT_TONES = {"frozen": "amber", "sealed": "amber", "drawn": "blue", "published": "green", "failed": "red"}


def _both_committed(visit: Visit) -> str:
    return "sealed" if visit.seeds.count() == len(visit.seeds.model.Party.values) else "frozen"


def _both_revealed(visit: Visit) -> str:
    return "sealed" if visit.seeds.filter(seed="").exists() else "drawn"


def has_reports(visit: Visit) -> bool:
    return visit.seats.filter(state="reported").exists()


def _may_fail(visit: Visit) -> bool:
    """Before the seeds are sealed nobody can know an outcome; afterwards a visit is called off only when its reserves
    ran out, or when its day has passed and nobody has reported.
    """
    if visit.state == "frozen":
        return True
    return not has_reports(visit) and (bool(visit.short_of) or visit.visit_on < today())


def _failed(step: Step[Visit]) -> None:
    step.obj.failed_at = step.moment
    step.obj.note = step.data["reason"] = step.inputs["note"]


def _published(step: Step[Visit]) -> None:
    step.obj.published_at = step.moment
    step.obj.summary = step.data["summary"] = step.inputs["summary"]


VISIT = Lifecycle(
    "visit",
    VISIT_STATES,
    [
        Transition(
            "commit", label=_("Seal the seed"), told=pgettext_lazy("timeline", "Seed sealed"),
            sources=frozenset({"frozen"}), target=_both_committed, may=policies.gives_seed,
            leads_to=frozenset({"frozen", "sealed"}), tone="primary",
        ),
        Transition(
            "reveal", label=_("Reveal the seed"), told=pgettext_lazy("timeline", "Seed revealed"),
            sources=frozenset({"sealed"}), target=_both_revealed, may=policies.gives_seed,
            leads_to=frozenset({"sealed", "drawn"}), tone="primary",
        ),
        Transition(
            "lapse", label=_("Not revealed in time"), told=pgettext_lazy("timeline", "Failed: a seed was not revealed"),
            sources=frozenset({"sealed"}), target="failed", may=policies.may_run, by_portal=True,
        ),
        Transition(
            "publish", label=_("Publish the visit"), told=pgettext_lazy("timeline", "Visit published"),
            sources=frozenset({"drawn"}), target="published", may=policies.may_run, effect=_published,
            when=has_reports, asks=(SUMMARY,), tone="primary", irreversible=True,
        ),
        Transition(
            "fail", label=_("Call the visit off"), told=pgettext_lazy("timeline", "Visit called off"),
            sources=frozenset({"frozen", "drawn"}), target="failed", may=policies.may_run, effect=_failed,
            when=_may_fail, asks=(REASON,), tone="warning", irreversible=True,
        ),
    ],
)  # fmt: skip

# --- a seat -------------------------------------------------------------------------------------------------------------

SEAT_STATES = [State(str(value), label) for value, label in Seat.State.choices]
SEAT_TONES = {"invited": "amber", "accepted": "blue", "reported": "green", "declined": "grey", "put_out": "grey"}


def _runs(seat: Seat) -> bool:
    return seat.visit.state == "drawn"


def _before_the_day(seat: Seat) -> bool:
    """Who was only invited may decline to the last; who has accepted, until the day of the visit."""
    return _runs(seat) and (seat.state == "invited" or seat.visit.visit_on > today())


def may_report_now(seat: Seat) -> bool:
    """From the day of the visit on, until it is published."""
    return _runs(seat) and seat.visit.visit_on <= today()


def _answered(step: Step[Seat]) -> None:
    step.obj.answered_at = step.moment


def _declined(step: Step[Seat]) -> None:
    step.obj.answered_at, step.obj.why = step.moment, Seat.Why.REFUSED
    step.obj.note = step.data["reason"] = step.inputs["note"]


def _reported(step: Step[Seat]) -> None:
    step.obj.reported_at, step.obj.report = step.moment, step.inputs["report"]


SEAT = Lifecycle(
    "visit_seat",
    SEAT_STATES,
    [
        Transition(
            "accept", label=pgettext_lazy("invitation", "Accept"), told=pgettext_lazy("timeline", "Invitation accepted"),
            sources=frozenset({"invited"}), target="accepted", may=policies.is_invited, effect=_answered, when=_runs,
            tone="primary",
        ),
        Transition(
            "decline", label=pgettext_lazy("call", "Decline"), told=pgettext_lazy("timeline", "Invitation declined"),
            sources=frozenset({"invited", "accepted"}), target="declined", may=policies.is_invited, effect=_declined,
            when=_before_the_day, asks=(REASON,), tone="warning",
        ),
        Transition(
            "expire", label=_("No answer in time"), told=pgettext_lazy("timeline", "No answer in time"),
            sources=frozenset({"invited"}), target="declined", may=policies.is_invited, by_portal=True,
        ),
        Transition(
            "put_out", label=_("Put out by the rules"), told=pgettext_lazy("timeline", "Left the visit"),
            sources=frozenset({"invited", "accepted"}), target="put_out", may=policies.is_invited, by_portal=True,
        ),
        Transition(
            "report", label=_("Hand in the report"), told=pgettext_lazy("timeline", "Report handed in"),
            sources=frozenset({"accepted"}), target="reported", may=policies.is_invited, effect=_reported,
            when=may_report_now, asks=(REPORT,), tone="primary",
        ),
    ],
)  # fmt: skip
