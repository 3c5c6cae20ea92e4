"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DistrictsConfig(AppConfig):
    name = "hotline.districts"
    label = "districts"
    verbose_name = _("District platforms")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hotline.districts import following, jobs, measures, registrations  # noqa: F401 - jobs and measures

        following.connect()
        registrations.connect()
