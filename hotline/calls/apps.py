"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CallsConfig(AppConfig):
    name = "hotline.calls"
    label = "calls"
    verbose_name = _("Calls and the operator's desk")
    default_auto_field = "django.db.models.BigAutoField"
