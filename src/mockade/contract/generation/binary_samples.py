"""Small valid files of the kinds that contracts answer with."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from mockade.contract.generation.draws import Draws


def png(draws: Draws) -> bytes:
    """An image of one pixel, of a drawn colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    # Stored, not compressed: what a compressor writes may differ from one version to the next.
    row = b"\0" + draws.bytes(3)
    stored = b"\x78\x01\x01" + struct.pack("<HH", len(row), len(row) ^ 0xFFFF) + row
    data = stored + struct.pack(">I", zlib.adler32(row))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def gif(draws: Draws) -> bytes:
    """An image of one pixel, of a drawn colour."""
    return b"GIF89a\1\0\1\0\x80\0\0" + draws.bytes(3) + b"\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"


def bmp(draws: Draws) -> bytes:
    """An image of one pixel, of a drawn colour."""
    return (
        b"BM"
        + struct.pack("<IHHIIiiHHIIiiII", 58, 0, 0, 54, 40, 1, 1, 1, 24, 0, 4, 0, 0, 0, 0)
        + draws.bytes(3)
        + b"\0"
    )


_JPEG = (
    "ffd8ffe000104a46494600010100000100010000ffdb004300"
    + "03" * 64
    + "ffc0000b080001000101011100ffc40014000100000000000000000000000000000003"
    "ffc40014100100000000000000000000000000000000ffda0008010100003f0037ffd9"
)
_WEBP = "524946461a000000574542505650384c0d0000002f00000010071011118888fe0700"


def jpeg(_draws: Draws) -> bytes:
    """A grey image of one pixel."""
    return bytes.fromhex(_JPEG)


def webp(_draws: Draws) -> bytes:
    """A lossless image of one pixel."""
    return bytes.fromhex(_WEBP)


def svg(draws: Draws) -> bytes:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16">'
        f'<rect width="16" height="16" fill="#{draws.bytes(3).hex()}"/></svg>'
    ).encode()


def icon(draws: Draws) -> bytes:
    """An icon that holds a PNG."""
    image = png(draws)
    return struct.pack("<HHHBBBBHHII", 0, 1, 1, 1, 1, 0, 0, 1, 24, len(image), 22) + image


def pdf(text: str) -> bytes:
    """A document of one page with one line."""
    escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    shown = f"BT /F1 18 Tf 72 720 Td ({escaped}) Tj ET".encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(shown), shown),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def archive(text: str) -> bytes:
    """A zip file with one text file in it."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as file:
        file.writestr(ZipInfo("readme.txt"), text + "\n")  # dated 1980, whatever the time
    return buffer.getvalue()


def gzipped(text: str) -> bytes:
    """A gzip file of the text, stored and without a time."""
    data = text.encode() + b"\n"
    block = b"\1" + struct.pack("<HH", len(data), len(data) ^ 0xFFFF) + data
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + block + struct.pack("<II", zlib.crc32(data), len(data))


def sound(_draws: Draws) -> bytes:
    """A tenth of a second of silence, as a WAV file."""
    samples = b"\x80" * 800
    form = struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
    return (
        b"RIFF"
        + struct.pack("<I", 36 + len(samples))
        + b"WAVEfmt "
        + form
        + b"data"
        + struct.pack("<I", len(samples))
        + samples
    )
