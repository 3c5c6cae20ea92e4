"""The words of a ticket's title: pairs of Chinese characters, without those that every ticket has."""

import re

_CHINESE = re.compile(r"[㐀-䶿一-鿿]+")
# What callers and operators always say: it tells nothing about the matter.
COMMON = frozenset(
    (
        "我们 你们 他们 市民 反映 希望 问题 要求 投诉 咨询 请问 怎么 如何 不能 没有 可以 需要 有关 关于 部门 处理 相关 "
        "进行 情况 一直 多次 至今 解决 尽快 建议 表扬 求助 举报 什么 时候 哪里 这个 那个 已经 因为 所以 但是 还是 是否 "
        "何时 办理"
    ).split()
)


def terms(title: str) -> set[str]:
    """Each pair once, however often the title says it."""
    runs = _CHINESE.findall(title)
    return {run[i : i + 2] for run in runs for i in range(len(run) - 1)} - COMMON
