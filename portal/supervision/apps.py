"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupervisionConfig(AppConfig):
    name = "portal.supervision"
    label = "supervision"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hall.rule_seeds import announce
        from portal.core.registries import STAFF, SUPERVISION, register_nav
        from portal.supervision import exports, measures
        from portal.supervision.policies import BOARD_ROLES
        from portal.supervision.rules import COMPARISON_RULES

        register_nav(STAFF, _("Supervision board"), "supervision:board", BOARD_ROLES, order=20, group=SUPERVISION)
        announce(COMPARISON_RULES)
        exports.register()
        measures.connect()
