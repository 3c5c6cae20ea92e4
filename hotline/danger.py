"""Danger to life: the words that point to it, and what the hotline does then."""

from django.utils.translation import gettext_lazy as _

# What a caller says when somebody may die: it goes on top of every list, whoever took it down.
WORDS = (
    "自杀", "轻生", "跳楼", "跳河", "割腕", "救命", "着火", "火灾", "起火", "爆炸", "燃气泄漏", "煤气泄漏",
    "漏气", "触电", "溺水", "坍塌", "垮塌", "有人被困", "困在电梯", "中毒", "持刀", "砍人", "昏迷", "没有呼吸",
    "suicide", "gas leak", "on fire", "drowning",
)  # fmt: skip
PROTOCOL = (
    _("Stay on the line and ask for the exact place first."),
    _("Connect to 110 (police), 119 (fire) or 120 (ambulance) at once; do not let the caller dial again."),
    _("Tell the dispatcher in charge by word of mouth, then write the ticket."),
    _("Call back within 15 minutes to hear whether help has arrived, and write it down."),
)


def found_in(*texts: str) -> list[str]:
    """The words of danger that stand in the texts, in the order of the list."""
    whole = " ".join(texts).lower()
    return [word for word in WORDS if word in whole]
