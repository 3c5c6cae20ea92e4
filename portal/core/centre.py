"""Who runs this portal and how to reach them: read from the settings, in the reader's language."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language


@dataclass(frozen=True)
class Centre:
    """What head, foot and the hall page say about the centre."""

    site_name: str
    centre_name: str
    host_name: str
    address: str
    hours: str
    phone: str
    hotline: str


def centre() -> Centre:
    """The centre in the language of the present request; English falls back on Chinese where it is not set."""
    return Centre(
        site_name=_setting("SITE_NAME", "海州市政务服务网", "Haizhou Government Services"),
        centre_name=_setting("CENTRE_NAME", "海州市政务服务中心", "Haizhou Government Service Centre"),
        host_name=_setting("HOST_NAME", "海州市人民政府主办", "Haizhou Municipal People's Government"),
        address=_setting("CENTRE_ADDRESS", "海州市滨河路 1 号", "1 Binhe Road, Haizhou"),
        hours=_setting("CENTRE_HOURS", "周一至周五 9:00–17:00", "Monday to Friday, 9:00–17:00"),
        phone=_setting("CENTRE_PHONE", "0123-12345", "0123-12345"),
        hotline=_setting("HOTLINE_NUMBER", "12345", "12345"),
    )


def _setting(name: str, chinese: str, english: str) -> str:
    in_chinese = str(getattr(settings, name, chinese))
    if (get_language() or "").startswith("zh"):
        return in_chinese
    return str(getattr(settings, f"{name}_EN", english if in_chinese == chinese else in_chinese))
