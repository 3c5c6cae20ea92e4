"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InsightConfig(AppConfig):
    name = "hotline.insight"
    label = "insight"
    verbose_name = _("Insight of the hotline")
    default_auto_field = "django.db.models.BigAutoField"
