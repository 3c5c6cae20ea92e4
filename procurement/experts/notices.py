"""What experts, officers and the parties of a draw are told. A call names time and place, never the tender."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.models import Event
from portal.core.notifications import Template, notify, register
from portal.core.notifications.templates import Words
from portal.people.models import Posting, User
from portal.people.roles import Role
from procurement.experts.models import Draw, Expert, PanelMember, Standing
from procurement.tenders.notices import officers, party


def _template(code: str, subject: Any, body: Any, *placeholders: str, urgent: bool = False) -> Template:
    return register(Template(f"experts.{code}", subject, body, set(placeholders), urgent=urgent))


CALLED = _template(
    "called",
    _("You have been drawn for an evaluation"),
    _("You have been drawn as an evaluation expert: %(begins)s, %(place)s. Please answer by %(answer_by)s. Keep this"
      " to yourself."),
    "begins", "place", "answer_by", urgent=True,
)  # fmt: skip
RELEASED = _template(
    "released",
    _("You need not come to the evaluation"),
    _("Your seat in the evaluation of %(begins)s has been given up. Reason: %(why)s."),
    "begins", "why", urgent=True,
)  # fmt: skip
MOVED = _template(
    "moved",
    _("The evaluation begins at another time"),
    _("The evaluation for which you have been drawn begins on %(begins)s instead of %(before)s, %(place)s. If you cannot"
      " come then, please decline at once. Keep this to yourself."),
    "begins", "before", "place", urgent=True,
)  # fmt: skip
APPROVED = _template(
    "approved", _("You are in the pool of experts"), _("You have been taken into the pool until %(until)s."), "until"
)
REJECTED = _template(
    "rejected",
    _("You were not taken into the pool of experts"),
    _(
        "The trading centre did not take you into the pool. Reason: %(note)s. You can correct your data and apply again."
    ),
    "note",
)
BLOCKED = _template(
    "blocked",
    _("You cannot be drawn as an expert at present"),
    _("%(authority)s decided from %(starts)s on: %(kind)s. Ground: %(ground)s. Source: %(source)s. How to object:"
      " %(appeal)s"),
    "authority", "starts", "kind", "ground", "source", "appeal",
)  # fmt: skip
UNBLOCKED = _template(
    "unblocked",
    _("You can be drawn as an expert again"),
    _("The decision of %(authority)s no longer holds. Reason: %(note)s"),
    "authority", "note",
)  # fmt: skip
SEED_WANTED = _template(
    "seed_wanted",
    _("Seal a seed for the draw of experts: %(number)s"),
    _("The pool for %(number)s is frozen. Tenderer and supervisor each seal a seed; the draw follows when both are"
      " revealed."),
    "number",
)  # fmt: skip
REVEAL_WANTED = _template(
    "reveal_wanted",
    _("Reveal your seed for the draw of experts: %(number)s"),
    _("Both seeds for %(number)s are sealed. Please reveal yours by %(until)s, or the draw fails."),
    "number", "until",
)  # fmt: skip
DRAW_FAILED = _template(
    "draw_failed",
    _("The draw of experts has failed: %(number)s"),
    _("The draw of experts for %(number)s has failed. Reason: %(note)s. The pool can be frozen anew."),
    "number", "note",
)  # fmt: skip
SHORT = _template(
    "short",
    _("No reserve is left: %(number)s"),
    _("A seat of the committee for %(number)s cannot be filled: %(note)s. Declare the draw as failed, then freeze the"
      " pool anew."),
    "number", "note",
)  # fmt: skip
COMPLETE = _template(
    "complete",
    _("The committee is complete: %(number)s"),
    _("All members of the committee for %(number)s have checked in."),
    "number",
)


DRAW_MOVED = _template(
    "draw_moved",
    _("The evaluation has moved: %(number)s"),
    _("The deadline of %(number)s has moved, so its evaluation begins on %(begins)s. Everybody who was called has been"
      " told."),
    "number", "begins",
)  # fmt: skip


def words(label: Any) -> Words:
    """A choice's label in both languages, as a stored context keeps it."""
    from django.utils.translation import override

    with override("zh-hans"):
        zh = str(label)
    with override("en"):
        return Words(zh, str(label))


def supervisors() -> list[User]:
    rows = Posting.objects.in_force().filter(role=Role.SUPERVISOR, user__is_active=True)
    return list({row.user_id: row.user for row in rows.select_related("user")}.values())


def tell_called(member: PanelMember, place: str) -> None:
    values = {"begins": member.panel.evaluates_at, "place": place, "answer_by": member.answer_by}
    _tell_member(member, CALLED, values, f"call:{member.pk}")


def tell_released(member: PanelMember) -> None:
    values = {"begins": member.panel.evaluates_at, "why": words(PanelMember.Why(member.why).label)}
    _tell_member(member, RELEASED, values, f"released:{member.pk}")


def tell_moved(member: PanelMember, draw: Draw, before: Any, event: int) -> None:
    """Another time for the same seat."""
    remote = member.venue == PanelMember.Venue.SECONDARY
    place = draw.secondary_venue if remote else draw.main_venue
    values = {"begins": draw.evaluates_at, "before": before, "place": place}
    _tell_member(member, MOVED, values, f"moved:{member.pk}:{event}")


def _tell_member(member: PanelMember, template: Template, values: dict[str, Any], key: str) -> None:
    path = reverse("experts:call", args=[member.pk])
    notify(member.user, template.code, values, about=("experts.panelmember", member.pk), path=path, key=key)


def tell_decided(expert: Expert, code: str, event: Event) -> None:
    """Taken in or not."""
    template = {"approve": APPROVED, "reject": REJECTED}.get(code)
    if template is None:
        return
    values = {"until": expert.valid_until, "note": expert.opinion}
    _tell_expert(expert, template, values, f"expert:{event.pk}")


def tell_blocked(one: Standing) -> None:
    values = {
        "authority": one.authority, "starts": one.starts_on, "kind": words(Standing.Kind(one.kind).label),
        "ground": one.ground, "source": one.source, "appeal": one.appeal,
    }  # fmt: skip
    _tell_expert(one.expert, BLOCKED, values, f"standing:{one.pk}")


def tell_unblocked(one: Standing) -> None:
    _tell_expert(
        one.expert, UNBLOCKED, {"authority": one.authority, "note": one.lifted_note}, f"standing:{one.pk}:lifted"
    )


def _tell_expert(expert: Expert, template: Template, values: dict[str, Any], key: str) -> None:
    given = {name: values[name] for name in template.placeholders}
    about = ("experts.expert", expert.pk)
    notify(expert.user, template.code, given, about=about, path=reverse("experts:mine"), key=key)


def tell_seed_wanted(draw: Draw) -> None:
    _tell_of_draw(draw, SEED_WANTED, [*party(draw.project), *supervisors()], {}, "seed")


def tell_reveal_wanted(draw: Draw) -> None:
    people = [one.committed_by for one in draw.seeds.select_related("committed_by")]
    _tell_of_draw(draw, REVEAL_WANTED, people, {"until": draw.reveal_by}, "reveal")


def tell_failed(draw: Draw) -> None:
    _tell_of_draw(draw, DRAW_FAILED, [*officers(), *party(draw.project)], {"note": draw.note}, "failed")


def tell_short(draw: Draw) -> None:
    _tell_of_draw(draw, SHORT, officers(), {"note": draw.short_of}, f"short:{len(draw.gone)}")


def tell_complete(draw: Draw) -> None:
    _tell_of_draw(draw, COMPLETE, officers(), {}, f"complete:{len(draw.gone)}")


def tell_draw_moved(draw: Draw, event: Event) -> None:
    people = [*officers(), *party(draw.project)]
    _tell_of_draw(draw, DRAW_MOVED, people, {"begins": draw.evaluates_at}, f"moved:{event.pk}")


def _tell_of_draw(draw: Draw, template: Template, people: list[User], values: dict[str, Any], key: str) -> None:
    known = {"number": draw.project.number, **values}
    for one in {person.pk: person for person in people}.values():
        notify(
            one, template.code, {name: known[name] for name in template.placeholders}, about=("experts.draw", draw.pk),
            channels=("in_app",), path=reverse("experts:draw", args=[draw.pk]), key=f"draw:{draw.pk}:{key}",
        )  # fmt: skip
