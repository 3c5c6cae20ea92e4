"""The papers that the demo's applicants hand in: small real PDF and PNG files, made here, the same few for everybody."""

import io

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from portal.core import files
from portal.core.actors import Actor
from portal.core.models import StoredFile

FILE_KIND = "cases.material"


class Papers:
    """A paper for each material, by what the material is called."""

    def __init__(self) -> None:
        self._pdfs: dict[str, bytes] = {}
        self._card = _png("IDENTITY CARD")
        self._photo = _png("PHOTOGRAPH", size=(295, 413))

    def hand_in(self, owner: Actor, *, code: str, title: str) -> StoredFile:
        """Store the paper for a material as the applicant's upload, with every check of an upload."""
        if code in {"idc", "legalid"}:
            content, name = self._card, f"{title}.png"
        elif code == "photo":
            content, name = self._photo, f"{title}.png"
        else:
            content, name = self._pdfs.setdefault(code, sample_pdf(title)), f"{title}.pdf"
        return files.store(ContentFile(content, name=name), owner=owner, kind=FILE_KIND)


def _png(title: str, size: tuple[int, int] = (856, 540)) -> bytes:
    """A picture that is plainly a sample."""
    picture = Image.new("RGB", size, "#eef3f8")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((12, 12, size[0] - 12, size[1] - 12), outline="#2f5d8a", width=4)
    draw.text((40, 40), f"{title}\nSAMPLE - HAIZHOU DEMO", fill="#2f5d8a")
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def sample_pdf(title: str) -> bytes:
    """One page A4 with the title, in the font for simplified Chinese that every reader of PDF brings along."""
    lines = [
        (24, 760, title),
        (14, 715, "海州市政务服务中心 演示材料"),
        (14, 690, "本文件为系统演示自动生成，不具有法律效力。"),
    ]
    drawn = "".join(f"BT /F1 {size} Tf 72 {y} Td <{_hex(text)}> Tj ET\n" for size, y, text in lines).encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%bendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 7 0 R /DW 1000"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0"
        b" /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(objects) + 1, table)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def _hex(text: str) -> str:
    return text.encode("utf-16-be").hex().upper()
