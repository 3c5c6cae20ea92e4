"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BiddersConfig(AppConfig):
    name = "procurement.bidders"
    label = "bidders"
    verbose_name = _("Bidders and their standing")
    default_auto_field = "django.db.models.BigAutoField"
