"""What rated experts, agencies and listed firms are told; who rated is never named."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.notifications import Template, notify, register
from portal.people.models import User
from procurement.bidders.agents import people_of
from procurement.conduct.models import Decision, Rating
from procurement.experts.notices import words


def _template(code: str, subject: Any, body: Any, *placeholders: str) -> Template:
    return register(Template(f"conduct.{code}", subject, body, set(placeholders)))


RATED = _template(
    "rated",
    _("You have been rated for a tender"),
    _("A rating for “%(title)s” deducts %(points)s points. You can object until %(until)s."),
    "title", "points", "until",
)  # fmt: skip
RATING_ANSWERED = _template(
    "rating_answered",
    _("Your objection to a rating has been answered"),
    _("Objection to the rating for “%(title)s”: %(state)s. %(answer)s"),
    "title", "state", "answer",
)  # fmt: skip
PROPOSED = _template(
    "proposed",
    _("A decision about you is proposed: %(kind)s"),
    _("%(kind)s is proposed. Ground: %(ground)s. You can make a statement until %(until)s."),
    "kind", "ground", "until",
)  # fmt: skip
DECIDED = _template(
    "decided",
    _("Decision: %(kind)s"),
    _("%(authority)s has decided: %(kind)s. Ground: %(ground)s. Source: %(source)s. How to object: %(appeal)s"),
    "authority", "kind", "ground", "source", "appeal",
)  # fmt: skip
MOVED = _template(
    "moved",
    _("%(kind)s: there is news"),
    _("The decision “%(kind)s” about %(name)s: %(state)s. %(answer)s"),
    "kind", "name", "state", "answer",
)  # fmt: skip


def rated_people(rating: Rating) -> list[User]:
    return [rating.expert.user] if rating.expert else people_of(rating.agency_id)


def tell_rated(rating: Rating) -> None:
    """Who lost points hears of it, with the last day of an objection."""
    if rating.points:
        values = {"title": rating.project.title, "points": rating.points, "until": rating.object_until}
        _tell_rating(rating, RATED, values, "given")


def tell_answered(rating: Rating, state: Any) -> None:
    values = {"title": rating.project.title, "state": words(state), "answer": rating.answer}
    _tell_rating(rating, RATING_ANSWERED, values, rating.state)


def _tell_rating(rating: Rating, template: Template, values: dict[str, Any], key: str) -> None:
    for one in rated_people(rating):
        notify(
            one, template.code, values, about=("conduct.rating", rating.pk), channels=("in_app",),
            path=reverse("conduct:mine"), key=f"rating:{rating.pk}:{key}",
        )  # fmt: skip


def concerned(decision: Decision) -> Iterable[User]:
    """The expert, or everybody who acts for the firm."""
    if decision.expert is not None:
        return [decision.expert.user]
    return people_of(decision.organisation_id) if decision.organisation_id else []


def tell_proposed(decision: Decision) -> None:
    if decision.kind != Decision.Kind.RED:
        _tell(decision, PROPOSED, {"ground": decision.ground, "until": decision.hear_until}, "proposed")


def tell_decided(decision: Decision) -> None:
    names = ("authority", "ground", "source", "appeal")
    _tell(decision, DECIDED, {name: getattr(decision, name) for name in names}, "decided")


def tell_moved(decision: Decision, state: Any) -> None:
    values = {"name": decision.name, "state": words(state), "answer": decision.answer}
    _tell(decision, MOVED, values, f"moved:{decision.state_version}")


def _tell(decision: Decision, template: Template, values: dict[str, Any], key: str) -> None:
    values = {**values, "kind": words(Decision.Kind(decision.kind).label)}
    for one in concerned(decision):
        notify(
            one, template.code, values, about=("conduct.decision", decision.pk),
            path=reverse("conduct:decision", args=[decision.pk]), key=f"decision:{decision.pk}:{key}",
        )  # fmt: skip
