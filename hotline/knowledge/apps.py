"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    name = "hotline.knowledge"
    label = "knowledge"
    verbose_name = _("Knowledge base of the hotline")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hall.rule_seeds import announce
        from hotline.knowledge import exports, registrations, rules

        announce(rules.KNOWLEDGE_RULES)
        registrations.connect()
        exports.register()
