"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CallsConfig(AppConfig):
    name = "hotline.calls"
    label = "calls"
    verbose_name = _("Calls and the operator's desk")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hall.rule_seeds import announce
        from hotline.calls import demo, measures, rules  # noqa: F401 - the job and the figures make themselves known
        from portal.core import access
        from portal.core.registries import HOTLINE, PUBLIC, STAFF, register_nav
        from portal.people.history import register_history

        announce(rules.CALL_RULES)
        register_nav(PUBLIC, _("12345 hotline"), "hotline:ask-new", order=38)
        workers = {"hotline_operator", "hotline_dispatcher"}
        register_nav(STAFF, _("Operator’s desk"), "calls:desk", workers, order=50, group=HOTLINE)
        readers = workers | {"supervisor", "auditor", "administrator"}
        register_nav(STAFF, _("Calls"), "calls:calls", readers, order=66, group=HOTLINE)
        if settings.DEMO:
            register_nav(STAFF, _("Demonstration telephone"), "calls:demo", readers, order=90, group=HOTLINE)
        access.register_stream("calls.call", pgettext_lazy("access log", "Call"))
        access.register_purposes(
            {
                "earlier tickets": pgettext_lazy("purpose", "Earlier tickets of the caller"),
            }
        )
        access.register_words({"history": _("Earlier tickets of a number"), "similar": _("Tickets of the same matter")})
        register_history(
            {
                "call.ringing": pgettext_lazy("history", "Call came in"),
                "call.answered": pgettext_lazy("history", "Call answered"),
                "call.abandoned": pgettext_lazy("history", "Call not answered"),
                "call.ended": pgettext_lazy("history", "Call ended"),
                "call.ticket": pgettext_lazy("history", "Ticket written for the call"),
                "extension.given": pgettext_lazy("history", "Extension given"),
                "extension.taken": pgettext_lazy("history", "Extension taken away"),
            }
        )
