"""The hotline's knowledge base: some forty answers of the departments, with remarks of those who read them out."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from hotline.knowledge import actions
from hotline.knowledge.actions import ArticleDraft
from hotline.knowledge.models import ArticleVersion, Topic
from portal.core.time import ZONE, driven_clock
from portal.site.demo.chapters import City
from portal.site.demo.people import Team

ORDER = 40
ANSWERS = Path(__file__).parents[1] / "data" / "hotline_answers.json"
SMALL = 10
TEXTS = ("title", "title_en", "answer", "answer_en", "keywords")
REMARKS = (
    (1, "wrong", "市民反映窗口说法与此不同，请核实工本费金额。", "已核实，金额无误，已提醒窗口统一口径。"),
    (4, "missing", "没有写代办需要哪些材料。", "已补充委托书和代办人身份证。"),
    (7, "wrong", "咨询电话是旧号码。", ""),
)


def live(city: City) -> None:
    """Written over the last months, each published by a colleague; one still waits, one is a draft."""
    answers: list[dict[str, str]] = json.loads(ANSWERS.read_text(encoding="utf-8"))[: SMALL if city.small else None]
    topics = {topic.code: topic.pk for topic in Topic.objects.all()}
    teams = {team.department.code: team for team in city.people.teams.values()}
    able = [team for team in teams.values() if team.clerks and team.head]
    written: list[tuple[Team, ArticleVersion]] = []
    for n, answer in enumerate(answers):
        team = teams.get(answer["department"])
        if team is None or team not in able:
            team = able[n % len(able)]
        moment = _moment(city, len(answers), n)
        left = len(answers) - n
        written.append((team, _written(team, topics, answer, moment, publish=left > 2, hand_in=left > 1)))
    _remark(city, written)


def _moment(city: City, count: int, n: int) -> dt.datetime:
    """Spread over the months before the end, by day."""
    back = max(2, round(150 * (count - n) / count))
    return dt.datetime.combine(city.end.date() - dt.timedelta(days=back), dt.time(9 + n % 8, 7 * n % 60), ZONE)


def _written(
    team: Team, topics: dict[str, int], answer: dict[str, str], moment: dt.datetime, *, publish: bool, hand_in: bool
) -> ArticleVersion:
    writer = team.clerks[0]
    assert team.head is not None  # noqa: S101
    texts: dict[str, Any] = {name: answer[name] for name in TEXTS}
    with driven_clock(moment):
        version = actions.write_article(
            writer, team.department.pk,
            ArticleDraft(topic_id=topics[answer["topic"]], **texts),
        )  # fmt: skip
        if hand_in:
            version = actions.take_step(writer, version.pk, "submit", {}, state_version=version.state_version)
    if hand_in and publish:
        with driven_clock(moment + dt.timedelta(hours=3)):
            version = actions.take_step(team.head, version.pk, "publish", {}, state_version=version.state_version)
    return version


def _remark(city: City, written: list[tuple[Team, ArticleVersion]]) -> None:
    """Colleagues of other departments found things helpful, and some wanting."""
    for n, (team, version) in enumerate(written[:-2]):
        others = [other for other, _version in written if other is not team]
        for other in {one.department.pk: one for one in others}.values():
            if (n + other.department.pk) % 3 == 0:
                with driven_clock(city.end - dt.timedelta(days=1, hours=n % 7)):
                    actions.remark(other.clerks[0], "helpful", article_id=version.article_id)
    for place, kind, text, answer in REMARKS:
        team, version = written[place]
        asker = next(other for other, _version in written if other is not team).clerks[0]
        with driven_clock(city.end - dt.timedelta(days=1, hours=6)):
            row = actions.remark(asker, kind, article_id=version.article_id, text=text)
        if answer:
            with driven_clock(city.end - dt.timedelta(hours=20)):
                actions.answer_remark(team.clerks[0], row.pk, "mend", {"note": answer}, state_version=row.state_version)
