"""What people are told about boards."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hall.ratings.people import holders, overseers
from portal.core.notifications import Template, notify, register
from portal.people.models import User
from portal.people.roles import Role

if TYPE_CHECKING:
    from hall.board.models import Board, Objection

DRAWN = register(
    Template(
        "board.drawn",
        _("The draft board of %(month)s: objections until %(until)s"),
        _("The red and blue board of %(month)s has been drawn. Please look at your row; objections are taken until"
          " %(until)s."),
        {"month", "until"},
    )
)  # fmt: skip
OBJECTED = register(
    Template(
        "board.objected",
        _("An objection to the board of %(month)s"),
        _("There is an objection to the row %(row)s of the board of %(month)s. Please decide on it."),
        {"month", "row"},
    )
)
DECIDED = register(
    Template(
        "board.decided",
        _("Your objection to the board of %(month)s has been decided"),
        _("Your objection to the row %(row)s of the board of %(month)s has been decided: %(outcome)s."),
        {"month", "row", "outcome"},
    )
)


def tell_drawn(board: "Board") -> None:
    """The heads of the departments, and the people who stand on it."""
    people = {one.pk: one for one in holders(Role.DEPARTMENT_HEAD)}
    own = board.rows.filter(kind="staff").values_list("subject_id", flat=True)
    people.update({one.pk: one for one in User.objects.filter(pk__in=list(own))})
    context = {"month": f"{board.month:%Y-%m}", "until": board.objections_until}
    for person in people.values():
        notify(
            person, DRAWN.code, context, about=("board.board", board.pk), path=reverse("board:board", args=[board.pk]),
            key=f"board:{board.pk}", channels=("in_app",),
        )  # fmt: skip


def tell_objection(objection: "Objection") -> None:
    board = objection.row.board
    context = {"month": f"{board.month:%Y-%m}", "row": objection.row.code or objection.row.name}
    for person in overseers():
        if person.pk != objection.made_by_id:
            notify(
                person, OBJECTED.code, context, about=("board.board", board.pk),
                path=reverse("board:row", args=[objection.row_id]), channels=("in_app",),
            )  # fmt: skip


def tell_decided(objection: "Objection") -> None:
    board = objection.row.board
    context = {
        "month": f"{board.month:%Y-%m}",
        "row": objection.row.code or objection.row.name,
        "outcome": objection.Outcome(objection.outcome).label,
    }
    notify(
        objection.made_by, DECIDED.code, context, about=("board.board", board.pk),
        path=reverse("board:row", args=[objection.row_id]), channels=("in_app",),
    )  # fmt: skip
