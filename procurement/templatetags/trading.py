"""Amounts as reports write them: 亿元 and 万元 in Chinese, millions in English."""

from django import template

from portal.core.money import FEN_PER_YI, format_wan, format_yi, format_yuan
from portal.core.rules import Rule, display_value, title
from portal.core.templatetags.portal import DASH, in_chinese

register = template.Library()
FEN_PER_MILLION = 100_000_000


@register.filter
def amount(fen: int | None) -> str:
    """123,456,789,000 fen → 12.35 亿元, or CNY 1,234.57 million; small amounts in 万元 or yuan."""
    if fen is None:
        return DASH
    if not fen:
        return "0"
    if in_chinese():
        return f"{format_yi(fen)} 亿元" if abs(fen) >= FEN_PER_YI else f"{format_wan(fen)} 万元"
    if abs(fen) >= FEN_PER_MILLION:
        return f"CNY {fen / FEN_PER_MILLION:,.2f} million"
    return f"CNY {format_yuan(fen).removesuffix('.00')}"


@register.filter
def period_words(rule: Rule) -> str:
    """A dated rule as a sentence: what it says, and how long."""
    return f"{title(rule.code)} {display_value(rule.value, rule.unit)}"
