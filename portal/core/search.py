"""Search in Chinese and English behind one function: bigrams, synonyms, pinyin and its initials.

An app keeps one token column (`document()` fills it), registers it (`register_index` in ready()), and asks
`search(queryset, text)`. Two-character words are found, because the tokens are pairs of characters; `sfz` finds
身份证, because each run of characters is also kept by its initials from every position on.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.apps import apps
from django.db import connection, models
from django.db.models.signals import post_migrate

from portal.core.db import search as backend
from portal.core.db.search import Term

M = TypeVar("M", bound=models.Model)

_RUN = re.compile(r"[㐀-䶿一-鿿豈-﫿\U00020000-\U0002fa1f]+|[a-z0-9]+")
MAX_TOKENS = 40  # of one question
CANDIDATES = 400  # rows looked at when nothing matches in full
PINYIN_LENGTH = 24  # letters of a pinyin token

# Words that people put around what they look for; they say nothing about the item.
_FILLER = (
    "怎么办理", "怎么办", "如何办理", "如何", "怎么", "怎样", "哪里", "哪儿", "在哪", "需要", "什么", "材料", "流程",
    "请问", "我想", "我要", "想要", "可以", "可不可以", "能不能", "多少钱", "多久", "我的", "办一个", "办个", "吗", "呢",
    "了", "的", "我", "要", "想", "去", "给", "把",
)  # fmt: skip

_synonyms: dict[str, tuple[str, ...]] = {}
_indexes: dict[str, str] = {}


@dataclass(frozen=True)
class Matches:
    """What a search found: a queryset, and whether all words matched (False = the nearest that there is)."""

    rows: "models.QuerySet[Any]"
    exact: bool


def normalise(text: str) -> str:
    """Full width to half width, upper case to lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def runs(text: str) -> Iterator[str]:
    """The unbroken runs of Chinese characters, and of Latin letters and digits."""
    return (match.group() for match in _RUN.finditer(normalise(text)))


def bigrams(run: str) -> list[str]:
    """Pairs of neighbouring characters and the last character alone, so that a single one can be found too."""
    return [*(run[i : i + 2] for i in range(len(run) - 1)), run[-1]]


def document(*, names: Iterable[str] = (), texts: Iterable[str] = ()) -> str:
    """The token column of one row. `names` are also found by pinyin and by its initials."""
    tokens: dict[str, None] = {}
    names = list(names)
    for run in (run for text in [*names, *texts] for run in runs(text)):
        tokens.update(dict.fromkeys([run] if run.isascii() else bigrams(run)))
    for run in (run for name in names for run in runs(name) if not run.isascii()):
        tokens.update(dict.fromkeys(_pinyin_tokens(run)))
    return " ".join(tokens)


def register_index(label: str, column: str = "search") -> None:
    """Say that `column` of the model `app.Model` is searched; its index is made after every migrate."""
    _indexes[label] = column
    config = apps.get_app_config(label.split(".")[0])
    post_migrate.connect(_after_migrate, sender=config, dispatch_uid=f"search-index-{label}")


def ensure_search_tables() -> None:
    """Create the search indexes that are missing, for every registered column whose table exists. Idempotent."""
    existing = set(connection.introspection.table_names())
    for label, column in _indexes.items():
        model = apps.get_model(label)
        if model._meta.db_table in existing:
            backend.ensure_index(model, column)


def register_synonyms(words: Mapping[str, Iterable[str]]) -> None:
    """Everyday word → the words of the official names. Later registrations add to earlier ones."""
    for word, official in words.items():
        known = _synonyms.get(normalise(word), ())
        _synonyms[normalise(word)] = tuple(dict.fromkeys([*known, *(normalise(o) for o in official)]))


def search(queryset: "models.QuerySet[M]", text: str) -> Matches:
    """The rows that match all of `text` (or of a synonym of it); where there is none, the nearest ones.

    Costs one query, and two more when nothing matches in full. The order of the queryset is kept.
    """
    column = _indexes[queryset.model._meta.label]
    variants = _variants(text)
    strict = backend.matching(queryset, column, [_terms(variant) for variant in variants])
    if strict.exists():
        return Matches(rows=strict, exact=True)
    return Matches(rows=queryset.filter(pk__in=_nearest(queryset, column, variants)), exact=False)


def ranked(queryset: "models.QuerySet[M]", text: str, most: int) -> list[M]:
    """At most `most` rows that match all of `text`; where there is none, those that share most words, best first.

    Two queries at most: for boxes that suggest while somebody types.
    """
    column = _indexes[queryset.model._meta.label]
    variants = _variants(text)
    strict: Any = backend.matching(queryset, column, [_terms(variant) for variant in variants])[:most]
    if found := list(strict):
        return found
    wanted = {term.token for variant in variants for term in _terms(variant) if len(term.token) > 1}
    rows: Any = backend.matching(queryset, column, [[Term(token)] for token in sorted(wanted)])[:CANDIDATES]
    scored = [(len(wanted.intersection(getattr(row, column).split())), row) for row in rows]
    highest = max((score for score, _row in scored), default=0)
    least = max(1 if len(wanted) < 3 else 2, (highest + 1) // 2)
    kept = sorted((pair for pair in scored if pair[0] >= least), key=lambda pair: -pair[0])
    return [row for _score, row in kept[:most]]


def _nearest(queryset: "models.QuerySet[M]", column: str, variants: list[str]) -> list[Any]:
    """The keys of the rows that share most of the words, at least half of the best one's."""
    wanted = {term.token for variant in variants for term in _terms(variant) if len(term.token) > 1}
    if not wanted:
        return []
    rows = backend.matching(queryset, column, [[Term(token)] for token in sorted(wanted)])
    scores: list[tuple[Any, int]] = [
        (pk, len(wanted.intersection(tokens.split()))) for pk, tokens in rows.values_list("pk", column)[:CANDIDATES]
    ]
    best = max((score for _pk, score in scores), default=0)
    least = max(1 if len(wanted) < 3 else 2, (best + 1) // 2)
    return [pk for pk, score in scores if score >= least]


def _terms(text: str) -> list[Term]:
    terms: list[Term] = []
    for run in runs(text):
        if run.isascii() or len(run) == 1:
            terms.append(Term(run, prefix=True))
        else:
            terms.extend(Term(pair) for pair in bigrams(run)[:-1])
    return terms[:MAX_TOKENS]


def _variants(text: str) -> list[str]:
    """The question as typed, without filler words, and with each everyday word replaced by the official ones."""
    plain = normalise(text)
    bare = plain
    for filler in _FILLER:
        bare = bare.replace(filler, " ")
    variants = [plain]
    if bare.strip() and bare != plain:
        variants.append(bare)
    for variant in list(variants):
        for word, official in _synonyms.items():
            if word in variant:
                variants.extend(variant.replace(word, f" {other} ") for other in official)
    return list(dict.fromkeys(variants))[:12]


def _pinyin_tokens(run: str) -> list[str]:
    from pypinyin import Style, lazy_pinyin  # half a second: only where something is written

    syllables = lazy_pinyin(run, style=Style.NORMAL, errors="ignore")
    initials = "".join(syllable[0] for syllable in syllables)
    tokens = [initials[i : i + PINYIN_LENGTH] for i in range(len(initials) - 1)]
    tokens += ["".join(syllables[i : i + 5])[:PINYIN_LENGTH] for i in range(len(syllables))]
    return tokens


def _after_migrate(**_kwargs: Any) -> None:
    ensure_search_tables()
