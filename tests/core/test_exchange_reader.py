"""Reading files of other systems: every form of CSV and NDJSON, broken rows, breaks in the middle."""

import io

import pytest

from portal.core.exchange.reader import Head, Reader, Unreadable, chunks, read_head

NAMES = ["external_id", "title", "note"]


def rows_of(data: bytes, *, size: int = 1000):
    file = io.BytesIO(data)
    head = read_head(file, key="external_id")
    reader = Reader(head, NAMES, key="external_id", salt="t")
    found = [reader.read(chunk) for chunk in chunks(file, head, size=size)]
    rows = [(row.line, row.texts) for part in found for row in part.rows]
    rejected = [(one.line, one.reason) for part in found for one in part.rejected]
    return rows, rejected, set().union(*(part.unknown for part in found))


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_rows_are_the_same_with_any_newline_and_with_or_without_a_byte_order_mark(newline, bom):
    text = newline.join(["external_id,title,note", "a,一,x", '"b","二, 三",""', ""])
    rows, rejected, _unknown = rows_of((bom + text).encode())
    assert rows == [(2, ["a", "一", "x"]), (3, ["b", "二, 三", ""])]
    assert rejected == []


def test_a_quoted_cell_may_span_lines_even_across_chunks_and_later_line_numbers_stay_right():
    text = 'external_id,title,note\na,"one\ntwo\nthree",x\nb,"say ""yes""",y\nc,z,z\n'
    for size in (1, 2, 3, 100):
        rows, rejected, _unknown = rows_of(text.encode(), size=size)
        assert rows == [(2, ["a", "one\ntwo\nthree", "x"]), (5, ["b", 'say "yes"', "y"]), (6, ["c", "z", "z"])]
        assert rejected == []


def test_columns_stand_in_any_order_and_unknown_ones_are_reported():
    rows, _rejected, unknown = rows_of(b"colour,note,external_id,line,reason\nred,n,a,7,bad\n")
    assert rows == [(2, ["a", "", "n"])]
    assert unknown == {"colour"}  # line and reason belong to the error file


@pytest.mark.parametrize(
    ("broken", "word"),
    [
        (b"b,x", "2"),
        (b"b,x,y,z", "4"),
        (b'b,"x"y,z', ""),
        (b",x,y", "external_id"),
        (b"b,\xff\xfe,y", "UTF-8"),
        (b"b,\x00,y", ""),
        (b"b" * 121 + b",x,y", "120"),
    ],
)
def test_a_broken_row_is_named_with_its_line_and_the_rows_after_it_come_in(broken, word):
    rows, rejected, _unknown = rows_of(b"external_id,title,note\na,%s,y\n" % (b"x" * 64) + broken + b"\nc,x,y\n")
    assert [line for line, _texts in rows] == [2, 4]
    assert len(rejected) == 1
    assert rejected[0][0] == 3
    assert word in rejected[0][1]


def test_a_quotation_mark_that_never_closes_costs_one_row_and_not_the_rest_of_the_file():
    good = b"".join(b"r%d,x,y\n" % n for n in range(40_000))
    rows, rejected, _unknown = rows_of(b'external_id,title,note\nbad,"x,y\n' + good, size=500)
    assert len(rows) == 40_000
    assert [line for line, _reason in rejected] == [2]


def test_a_file_that_breaks_off_in_the_middle_of_a_row_gives_all_rows_before_it():
    for tail in (b"c,x", b'c,"x'):
        rows, rejected, _unknown = rows_of(b"external_id,title,note\na,x,y\nb,x,y\n" + tail)
        assert len(rows) == 2
        assert [line for line, _reason in rejected] == [4]


def test_a_line_without_end_does_not_fill_the_memory():
    rows, rejected, _unknown = rows_of(b"external_id,title,note\n" + b"x" * (5 << 20) + b"\na,x,y\n")
    assert [texts[0] for _line, texts in rows] == ["a"]
    assert rejected


def test_ndjson_takes_texts_numbers_and_truth_values_and_refuses_what_is_nested():
    text = '{"external_id": 7, "title": true, "note": null, "more": 1}\n\nnot json\n'
    text += '{"external_id": "b", "note": [1]}\n[]\n'
    rows, rejected, unknown = rows_of(text.encode())
    assert rows == [(1, ["7", "1", ""])]
    assert [line for line, _reason in rejected] == [3, 4, 5]
    assert unknown == {"more"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xef\xbb\xbf\r\n",
        b"id,title\n1,x\n",
        b"external_id;title\n1;x\n",
        "external_id,标题\n1,x\n".encode("utf-16"),
        b"external_id,title,title\n",
        b"PK\x03\x04\x00\x00",
        b'[{"external_id": 1}]',
        "\u6807\u9898,external_id\n".encode("gb18030"),
    ],
)
def test_a_file_that_is_not_the_form_is_unreadable_as_a_whole(data):
    with pytest.raises(Unreadable):
        rows_of(data)


def test_the_digest_changes_with_the_content_only():
    def digest(data: bytes, salt: str = "t") -> int:
        file = io.BytesIO(data)
        head = read_head(file, key="external_id")
        return Reader(head, NAMES, key="external_id", salt=salt).read(next(chunks(file, head, size=9))).rows[0].row_hash

    first = digest(b"external_id,title,note\na,x,\n")
    assert digest(b"title,external_id\n x , a\n") == first
    assert digest(b'{"external_id":"a","title":"x"}\n') == first
    assert digest(b"external_id,title,note\na,x,y\n") != first
    assert digest(b"external_id,title,note\na,,x\n") != first
    assert digest(b"external_id,title,note\na,x,\n", salt="u") != first


def test_chunks_are_the_same_from_the_start_and_from_any_checkpoint():
    data = b"external_id,title,note\n" + b"".join(b'r%d,"x\n%d",y\n' % (n, n) for n in range(500))
    file = io.BytesIO(data)
    head: Head = read_head(file, key="external_id")
    whole = list(chunks(file, head, size=37))
    assert b"".join(line for chunk in whole for line in chunk.lines) == data[head.offset :]
    for place in (1, 5, len(whole) - 1):
        before = whole[place - 1]
        rest = list(chunks(file, head, size=37, number=place, line=before.next_line, offset=before.next_offset))
        assert rest == whole[place:]
