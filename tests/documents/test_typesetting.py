"""The PDF: what it says, its standards, the same bytes twice, long lists, rare characters, and what the fonts lack."""

import hashlib
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

from approvals.cases.papers import Handed, receipt_of_materials
from portal.core.documents.letters import facts, para
from portal.core.documents.typesetting import FONTS, Unprintable, covered, lacks, sheet, typeset
from portal.core.models import Document
from tests import factories
from tests.documents.objects import every_paper, filed, paper, permit, second_eyes, step

pytestmark = pytest.mark.django_db
# Which article each paper of a permit must name, and what else nobody may leave out.
MUST_SAY = {
    "receipt": ["第三十二条第一款第四项", "材料0", "2份", "接收人", "不表示申请已经受理"],
    "acceptance": ["第三十二条第一款第五项", "决定予以受理", "2026年12月4日", "承诺办结日期"],
    "non_acceptance": ["第三十二条第一款第二项", "海州市城市管理局", "六十日", "六个月"],
    "supplement": ["第三十二条第一款第四项", "一次性告知", "材料0", "材料1", "2026年11月27日前"],
    "returned": ["退回", "重新申请"],
    "special": ["第四十五条", "专家评审", "10个工作日", "2026年12月4日"],
    "extension": ["第四十二条第一款", "本机关负责人批准", "5个工作日", "2026年12月11日"],
    "decision": ["第三十八条第一款", "决定准予行政许可", "第四十四条", "食品安全法》第三十五条"],
    "refusal": [
        "第三十八条第二款",
        "不予行政许可",
        "行政复议法》第二十条",
        "行政诉讼法》第四十六条",
        "六十日",
        "六个月",
    ],
    "withdrawal": ["申请撤回", "经营计划有变"],
    "termination": ["终止办理", "申请人已经注销", "六十日"],
    "revocation": ["决定予以撤销", "失去效力", "行政复议", "六十日"],
    "delivery": ["窗口直接送达", "准予行政许可决定书", "本人签收", "第四十四条"],
    "return_proof": ["已经退还", "营业执照", "2份", "张三"],
}


def text_of(content: bytes) -> str:
    """All words of the PDF, without blanks and line ends."""
    pages = PdfReader(io.BytesIO(content)).pages
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in pages))


def test_every_paper_says_what_the_law_asks_of_it(people):
    made = every_paper(people)
    assert set(made) == set(MUST_SAY)
    for kind, document in made.items():
        found = text_of(typeset(document).content)
        absent = [words for words in [*MUST_SAY[kind], document.number, document.title] if words not in found]
        assert (kind, absent) == (kind, [])
        code = document.check_code
        assert f"{code[:4]}-{code[4:]}" in found and "/check/" in found and "第1页" in found


def test_every_paper_has_an_english_reading_copy_that_says_so(people):
    for document in every_paper(people).values():
        found = text_of(typeset(document, "en").content)
        assert "Readingcopy" in found and document.number in found
        assert re.sub(r"\s+", "", document.title_en) in found


def test_it_is_tagged_for_archives_and_screen_readers(people):
    content = typeset(paper(filed(permit(people.department)), "receipt")).content
    reader = PdfReader(io.BytesIO(content))
    root = reader.trailer["/Root"]
    assert root["/Lang"] in {"zh-CN", "zh"}
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert "申请材料接收单" in str(reader.metadata.title)
    metadata = root["/Metadata"].get_data().decode()
    assert "pdfuaid:part" in metadata and "pdfaid:part" in metadata
    assert "pdfaid:conformance>A<" in metadata or 'pdfaid:conformance="A"' in metadata


def test_the_same_paper_gives_the_same_bytes_in_another_process(people):
    document = paper(filed(permit(people.department)), "receipt")
    first = typeset(document)
    assert typeset(Document.objects.get(pk=document.pk)).sha256 == first.sha256
    told = json.dumps(sheet(document, "zh"), ensure_ascii=False)
    program = (
        "import os, sys, hashlib; os.environ['DJANGO_SETTINGS_MODULE'] = "
        "'portal.settings'; import django; django.setup();"
        "from portal.core.documents.typesetting import _compile;"
        "print(hashlib.sha256(_compile(sys.stdin.read(), int(sys.argv[1]))).hexdigest())"
    )
    there = subprocess.run(
        [sys.executable, "-c", program, str(int(document.issued_at.timestamp()))],
        input=told, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert there.stdout.strip() == first.sha256


def test_a_long_list_runs_over_pages_and_loses_nothing(people):
    case = filed(permit(people.department))
    long = [
        Handed(f"第{n}号材料的名称相当长，以至于在一行之内无论如何都写不下，必须换行显示", copies=n)
        for n in range(1, 121)
    ]
    document = receipt_of_materials(case, people.clerk, long)
    made = typeset(document)
    found = text_of(made.content)
    assert made.pages > 4
    assert all(f"第{n}号材料" in found for n in range(1, 121))
    assert found.count("材料名称") >= made.pages - 1  # the head of the table again on each page
    assert f"共{made.pages}页" in found


def test_a_long_name_and_long_grounds_are_set_whole(people):
    people.department.name = "海州市人力资源和社会保障局港城经济技术开发区分局行政审批服务中心"
    people.department.save()
    grounds = "这是一条很长的理由。" * 150
    case = step(people.clerk, filed(permit(people.department)), "accept")
    case = second_eyes(case, people.clerk, "refuse", people.head, grounds=grounds)
    made = typeset(paper(case, "refusal"))
    assert text_of(made.content).count("很") == 150 and made.pages > 1  # a page may end within a sentence


@pytest.mark.parametrize("name", ["张𬭎", "李㛃", "王堃", "赵喆", "钱犇", "孙祎", "周䶮", "吴𣲘", "欧阳翀"])
def test_rare_characters_of_names_are_printed(people, name):
    person = factories.citizen(name=name)
    document = paper(filed(permit(people.department), person), "receipt")
    assert name in text_of(typeset(document).content)


def test_a_character_that_the_fonts_lack_is_named_and_not_printed_as_a_box(people):
    person = factories.citizen(name="张\U0003134a")
    document = paper(filed(permit(people.department), person), "receipt")
    with pytest.raises(Unprintable) as raised:
        typeset(document)
    assert "U+3134A" in str(raised.value)


def test_both_fonts_know_what_the_layout_writes():
    assert len(covered()) > 30_000
    assert lacks({"a": "〔2026〕12号　·—“”《》（）：；，。、％", "qr": "\U0003134a"}) == ""


def test_the_fonts_are_the_ones_of_the_manifest():
    for entry in json.loads((FONTS / "MANIFEST.json").read_text()):
        assert entry["licence"] == "OFL-1.1"
        for name, digest in entry["sha256"].items():
            assert hashlib.sha256((FONTS / name).read_bytes()).hexdigest() == digest


def test_the_demonstration_says_so_on_the_paper_and_in_the_seal(people, settings):
    plain = text_of(typeset(paper(filed(permit(people.department)), "receipt")).content)
    settings.DEMO = True
    marked = text_of(typeset(paper(filed(permit(people.department)), "receipt")).content)
    assert "示范" not in plain
    assert "示范文书" in marked


def test_a_change_of_the_address_changes_no_paper_that_was_issued(people, settings):
    document = paper(filed(permit(people.department)), "receipt")
    before = typeset(document).sha256
    settings.SITE_URL = "https://elsewhere.example"
    assert typeset(document).sha256 == before


def test_what_has_no_place_to_break_stays_on_the_paper(people):
    """A digest in a table, an address in a clerk's sentence: both break, and no character of them is lost."""
    digest, address = "0a1b2c3d" * 8, "http://www.haizhou.example/" + "guide-" * 20
    document = every_paper(people)["supplement"]
    data = json.loads(document.data)
    data["letters"]["zh"]["blocks"] += [facts([("摘要", digest)]), para(f"请参看{address}")]
    document.data = json.dumps(data, ensure_ascii=False)
    content = typeset(document).content
    said = text_of(content).replace("\u200b", "")
    assert digest in said and address in said
    pages = PdfReader(io.BytesIO(content)).pages
    lines = [line.replace("\u200b", "") for page in pages for line in page.extract_text().splitlines()]
    assert not any(digest in line or address in line for line in lines)
