"""The zip file that a workbook is: members read and written as the bytes they are.

`zipfile` reads the directory of an archive, but it cannot copy a member without unpacking it,
nor write one thousands of times a second. Three small records make an archive; their layout is
that of PKWARE's APPNOTE, sections 4.3.7, 4.3.12 and 4.3.16. A member is stored or deflated:
no other way is allowed in a workbook (ISO/IEC 29500-2, annex B).
"""

import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from importlib import import_module
from io import BytesIO
from itertools import chain, zip_longest
from types import ModuleType
from typing import NamedTuple

from bbxl.xlsx import WorkbookError

try:  # an extra; the standard library does the same, more slowly
    fast: ModuleType = import_module("isal.isal_zlib")
except ImportError:
    fast = zlib

_SHARED = struct.Struct("<5H3IH")  # what both headers of a member hold
_NAME_LENGTHS = struct.Struct("<2H")  # of the name and of extra fields, the local header's last
_REST = struct.Struct("<4H2I")  # what the header in the directory holds after that
_END = struct.Struct("<4s4H2IH")
_STORED = struct.Struct("<B2H")
_LONGEST = 0xFFFF  # bytes in a block that is stored
_SHORT_BLOCKS = 4  # of zlib's 1 to 9: the best for the sheets of the templates
_VERSION = 20  # of the format that a reader needs: folders and deflate
_LOCAL, _NO_EXTRA = b"PK\x03\x04", b"\0\0"
_BEFORE_NAME = len(_LOCAL) + _SHARED.size + len(_NO_EXTRA)
_CENTRAL = b"PK\x01\x02" + bytes([_VERSION, 3])  # made by that version, on Unix
_ENCRYPTED, _UTF8 = 0x1, 0x800  # bits of a member's flags
_DAMAGES = (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, ValueError)
LARGEST = 512 * 2**20  # bytes that an archive may unpack to
MOST_MEMBERS = 10_000  # of an archive: a workbook of a thousand sheets has some 3,000

crc32: Callable[..., int] = fast.crc32


class Member(NamedTuple):
    """A file in an archive.

    Attributes
    ----------
    name : its path in the archive.
    data : its bytes as they are stored, compressed or not.
    method : 8 for deflated, 0 for stored.
    crc, size : checksum and length of what it unpacks to.
    moment : date and time as DOS counts them.
    attributes : of the file system that it came from.
    """

    name: str
    data: bytes
    method: int
    crc: int
    size: int
    moment: tuple[int, int] = (0, 33)  # 1980-01-01
    attributes: int = 0

    def unpacked(self) -> bytes:
        """What it unpacks to; BadZipFile where that is not what the directory tells."""
        data = self.data
        if self.method:
            # One byte more than is expected shows that there is more, without unpacking all.
            data = zlib.decompressobj(wbits=-15).decompress(data, self.size + 1)
        if len(data) != self.size or zlib.crc32(data) != self.crc:
            raise zipfile.BadZipFile
        return data

    def holding(self, data: bytes) -> "Member":
        """The member with other content, compressed as small as it goes."""
        return self.packed(smallest(data) if self.method else data, data)

    def packed(self, packed: bytes, data: bytes) -> "Member":
        """The member with other content, which is compressed already."""
        crc, size = crc32(data), len(data)
        return Member(self.name, packed, self.method, crc, size, self.moment, self.attributes)

    def headers(self, offset: int) -> tuple[bytes, bytes]:
        """Its header at an offset of the archive, and its record in the directory."""
        name = self.name.encode()
        flags = 0 if self.name.isascii() else _UTF8
        sizes = self.crc, len(self.data), self.size
        shared = _SHARED.pack(_VERSION, flags, self.method, *self.moment, *sizes, len(name))
        rest = _REST.pack(0, 0, 0, 0, self.attributes, offset)
        return b"".join((_LOCAL, shared, _NO_EXTRA, name)), b"".join((_CENTRAL, shared, rest, name))


def members_of(data: bytes, name: str) -> list[Member]:
    """The members of an archive, as they are stored in it.

    Parameters
    ----------
    data : the archive.
    name : what an error message calls it.

    Raises
    ------
    WorkbookError : it is damaged, encrypted, too large, or packed as no workbook is.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            infos = archive.infolist()
        _refuse(infos, name)
        return [_member(data, info) for info in infos]
    except _DAMAGES:
        raise WorkbookError(f"{name} is damaged") from None


def _refuse(infos: Sequence[zipfile.ZipInfo], name: str) -> None:
    """WorkbookError where members cannot be read, before one of them is."""
    if len(infos) > MOST_MEMBERS:
        raise WorkbookError(f"{name} has more than {MOST_MEMBERS:,} parts")
    if sum(info.file_size for info in infos) > LARGEST:
        raise WorkbookError(f"{name} unpacks to more than {LARGEST >> 20} MiB")
    for info in infos:
        if info.flag_bits & _ENCRYPTED:
            raise WorkbookError(f"{name} is protected by a password; save it without one")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise WorkbookError(
                f"{name} is packed in a way that workbooks are not (method {info.compress_type} "
                f"of {info.filename}); open it in a spreadsheet program and save it"
            )


def _member(data: bytes, info: zipfile.ZipInfo) -> Member:
    at = info.header_offset
    if at < 0 or data[at : at + len(_LOCAL)] != _LOCAL:
        raise zipfile.BadZipFile
    name_at = at + _BEFORE_NAME
    start = name_at + sum(_NAME_LENGTHS.unpack_from(data, name_at - _NAME_LENGTHS.size))
    year, month, day, hour, minute, second = info.date_time
    moment = (hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day)
    packed = data[start : start + info.compress_size]
    sizes = info.compress_type, info.CRC, info.file_size
    return Member(info.filename, packed, *sizes, moment, info.external_attr)


def pieces_and_records(
    members: Sequence[Member], offset: int = 0
) -> tuple[list[bytes], list[bytes]]:
    """The pieces of an archive that hold members, from an offset, and their directory's records."""
    pieces, records = list[bytes](), list[bytes]()
    for member in members:
        header, record = member.headers(offset)
        pieces += header, member.data
        records.append(record)
        offset += len(header) + len(member.data)
    return pieces, records


def joined(
    members: Sequence[Member], offset: int = 0, around: Sequence[bytes] = (), others: int = 0
) -> bytes:
    """The archive of these members; where others stand before them, what follows those.

    Parameters
    ----------
    members : the members.
    offset, others : length and number of the others.
    around : the others' records, as the directory has them before, between and after these.
    """
    pieces, own = pieces_and_records(members, offset)
    records = b"".join(chain.from_iterable(zip_longest(around, own, fillvalue=b"")))
    start, count = offset + sum(map(len, pieces)), others + len(own)
    ending = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(records), start, 0)
    return b"".join((*pieces, records, ending))


def deflated(data: bytes) -> bytes:
    """Data compressed for an archive as fast as it goes; a tenth larger than is usual in a zip."""
    packed: bytes = fast.compress(data, 1, wbits=-15)
    return packed


def smallest(data: bytes) -> bytes:
    """Data compressed for an archive as small as it goes.

    Less memory means shorter blocks, each with codes of its own: formulas, values and styles of a
    sheet come in turns, and take 3% less so.
    """
    packer = zlib.compressobj(9, wbits=-15, memLevel=_SHORT_BLOCKS)
    return packer.compress(data) + packer.flush()


def flushed(data: bytes) -> bytes:
    """Data deflated as small as it goes, to be followed by further blocks."""
    packer = zlib.compressobj(9, wbits=-15)
    return packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH)


def stored(data: bytes) -> bytes:
    """Data as blocks of a deflated stream that hold it as it is (RFC 1951, 3.2.4)."""
    length = len(data)
    if length > _LONGEST:
        return stored(data[:_LONGEST]) + stored(data[_LONGEST:])
    return _STORED.pack(0, length, length ^ _LONGEST) + data


LAST_BLOCK = b"\x03\x00"
"""What ends a deflated stream: an empty block."""
