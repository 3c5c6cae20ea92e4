"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class HallConfig(AppConfig):
    name = "hall"
    label = "hall"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hall import actions, exports, panels
        from portal.core.events import on_event
        from portal.core.registries import HALL, STAFF, register_nav
        from portal.people.history import register_history
        from portal.people.roles import Role

        readers = {Role.ADMINISTRATOR.value, Role.AUDITOR.value, Role.HALL_MANAGER.value}
        register_nav(STAFF, _("Windows"), "hall:windows", readers, order=56, group=HALL)
        on_event("department.closed", actions.FOLLOW)
        panels.connect()
        exports.register()
        register_history(
            {
                "window.made": pgettext_lazy("history", "Window created"),
                "window.changed": pgettext_lazy("history", "Window changed"),
                "window.closed": pgettext_lazy("history", "Closing decided"),
                "window.reopened": pgettext_lazy("history", "Closing taken back"),
                "window.moved": pgettext_lazy("history", "Gone over to the successor"),
                "window.duty_made": pgettext_lazy("history", "Duty entered"),
                "window.duty_ended": pgettext_lazy("history", "Duty ended"),
            }
        )
