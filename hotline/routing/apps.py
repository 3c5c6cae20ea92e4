"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RoutingConfig(AppConfig):
    name = "hotline.routing"
    label = "routing"
    verbose_name = _("Dispatch rules of the hotline")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hotline.prefill import register_prefill
        from hotline.routing import jobs, judging, panels
        from portal.core.events import on_event
        from portal.core.registries import HOTLINE, STAFF, register_nav
        from portal.people.history import register_history

        on_event("department.closed", jobs.CHECK)
        on_event("ticket.dispatch", judging.JUDGE)
        register_prefill("rules", judging.filled)
        panels.connect()
        readers = {"hotline_operator", "hotline_dispatcher", "supervisor", "auditor", "administrator"}
        register_nav(STAFF, _("Rules of dispatch"), "routing:books", readers, order=68, group=HOTLINE)
        register_history(
            {
                "rulebook.begun": pgettext_lazy("history", "Draft begun"),
                "rulebook.edited": pgettext_lazy("history", "Rule saved"),
                "rulebook.moved": pgettext_lazy("history", "Rule moved"),
                "rulebook.rule_removed": pgettext_lazy("history", "Rule removed"),
                "rulebook.discarded": pgettext_lazy("history", "Draft thrown away"),
                "rulebook.live": pgettext_lazy("history", "Put live"),
                "rulebook.rule_out": pgettext_lazy("history", "Rule out of use"),
            }
        )
