"""How each type of item words its decision, and other phrases that depend on the row alone."""

from approvals.cases.papers.facts import Facts, Tongue

CHANNELS = {
    "online": ("网上提交", "Online"),
    "counter": ("窗口提交", "At the window"),
    "post": ("邮寄", "By post"),
    "email": ("电子邮件", "By e-mail"),
    "phone": ("电话", "By telephone"),
    "terminal": ("自助终端", "Self-service terminal"),
    "agent": ("帮办代办", "Assisted"),
    "internal": ("内部流转", "Internal"),
}
GRANTED = {
    "permit": ("符合法定条件、标准，决定准予行政许可。", "the permit is granted: the conditions of the law are met."),
    "confirmation": ("申请确认的事实清楚、证据充分，决定予以确认。", "what you asked us to confirm is confirmed."),
    "benefit": ("符合给付条件，决定给予行政给付。", "the benefit is granted: its conditions are met."),
    "reward": ("符合奖励条件，决定给予奖励。", "the reward is granted: its conditions are met."),
    "ruling": ("事实清楚，裁决如下。", "it is ruled as follows."),
    "other_power": ("符合办理条件，决定准予办理。", "the application is approved: its conditions are met."),
    "service": ("符合办理条件，现已办结。", "the service has been rendered."),
}
REFUSED = {
    "permit": ("不符合法定条件、标准，决定不予行政许可。理由如下：", "the permit is refused, on these grounds:"),
    "confirmation": (
        "申请事项不符合确认条件，决定不予确认。理由如下：",
        "the confirmation is refused, on these grounds:",
    ),
    "benefit": ("不符合给付条件，决定不予给付。理由如下：", "the benefit is refused, on these grounds:"),
    "reward": ("不符合奖励条件，决定不予奖励。理由如下：", "the reward is refused, on these grounds:"),
    "ruling": ("不符合裁决条件，决定不予裁决。理由如下：", "no ruling is made, on these grounds:"),
    "other_power": ("不符合办理条件，决定不予办理。理由如下：", "the application is refused, on these grounds:"),
    "service": ("不符合办理条件，不予办理。理由如下：", "the service cannot be rendered, on these grounds:"),
}


def granted(f: Facts, t: Tongue, basis: str) -> str:
    """The sentence that decides, by the item's type."""
    chinese, english = GRANTED.get(f.case.item.type, GRANTED["other_power"])
    return t("经审查，{basis}，{told}", "{basis}, {told}", basis=basis, told=t(chinese, english))


def refused(f: Facts, t: Tongue, basis: str) -> str:
    """The sentence that refuses, by the item's type; the grounds follow it."""
    chinese, english = REFUSED.get(f.case.item.type, REFUSED["other_power"])
    return t("经审查，{basis}，{told}", "{basis}, {told}", basis=basis, told=t(chinese, english))


def days_left(f: Facts, t: Tongue) -> str:
    """What the promise still holds when the clock runs again."""
    left = f.case.remaining_days
    if left is None:
        return "—"
    return t(f"{left}个工作日", f"{left} working days")


def day_0_row(f: Facts, t: Tongue) -> list[tuple[str, str]]:
    """From which day the limit is counted, where it is another one than that of the acceptance."""
    case = f.case
    if case.day_0 is None or case.day_0 == case.accepted_on:
        return []
    return [(t("期限起算日", "Limit counted from"), t.day(case.day_0))]
