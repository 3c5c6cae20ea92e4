"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ProvinceConfig(AppConfig):
    name = "hotline.province"
    label = "province"
    verbose_name = _("Exchange with the provincial hotline")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hotline.province import jobs
        from portal.core.registries import HOTLINE, STAFF, register_nav
        from portal.people.history import register_history
        from portal.people.roles import Role

        jobs.connect()
        roles = {Role.HOTLINE_DISPATCHER, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR}
        register_nav(
            STAFF,
            _("Provincial platform"),
            "province:exchanges",
            {role.value for role in roles},
            order=70,
            group=HOTLINE,
        )
        register_history(
            {
                "exchange.sent_again": pgettext_lazy("history", "Sent again"),
                "exchange.settled": pgettext_lazy("history", "Settled by a person"),
            }
        )
