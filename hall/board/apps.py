"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class BoardConfig(AppConfig):
    name = "hall.board"
    label = "board"
    verbose_name = _("Red and blue board")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hall.board import notices  # noqa: F401 - registers its templates
        from hall.ratings.hooks import register_public_link
        from portal.core.registries import STAFF, SUPERVISION, register_nav
        from portal.core.rules import name_values
        from portal.people.history import register_history

        name_values(
            {
                "satisfaction": pgettext_lazy("value of a rule", "satisfaction"),
                "punctuality": pgettext_lazy("value of a rule", "punctuality"),
                "attendance": pgettext_lazy("value of a rule", "attendance"),
                "patrols": pgettext_lazy("value of a rule", "patrols"),
            }
        )
        readers = {
            "clerk", "reviewer", "department_head", "hall_manager", "supervisor", "auditor", "administrator",
            "government_head",
        }  # fmt: skip
        register_nav(STAFF, _("Red and blue board"), "board:boards", readers, order=35, group=SUPERVISION)
        register_public_link("board:public", _("Red and blue board"))
        register_history(
            {
                "board.drawn": pgettext_lazy("history", "Draft drawn"),
                "board.objected": pgettext_lazy("history", "Objection made"),
                "board.objection_decided": pgettext_lazy("history", "Objection decided"),
                "board.publish": pgettext_lazy("history", "Published"),
                "board.replace": pgettext_lazy("history", "Replaced by a correction"),
            }
        )
