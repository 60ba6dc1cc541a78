"""The zip file that a workbook is: entries read and written as the bytes they are.

`zipfile` reads archives, but it can neither copy an entry without unpacking it
nor write one thousands of times a second. Three small records make an archive;
their layout is that of PKWARE's APPNOTE, sections 4.3.7, 4.3.12 and 4.3.16.
"""

import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

try:  # an extra; the standard library does the same, more slowly
    fast: ModuleType = import_module("isal.isal_zlib")
except ImportError:
    fast = zlib

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_STORED = struct.Struct("<B2H")
_LONGEST = 0xFFFF  # bytes in a block that is stored
_FITTED = 20  # the version of the format that a reader must know: folders and deflate
_UNIX = 3 << 8
_UTF8 = 0x800

crc32: Callable[..., int] = fast.crc32


@dataclass(frozen=True)
class Entry:
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

    def holding(self, data: bytes) -> "Entry":
        """The entry with other content, compressed as `zipfile` would."""
        return self.packed(zlib.compress(data, wbits=-15) if self.method else data, data)

    def packed(self, packed: bytes, data: bytes) -> "Entry":
        """The entry with other content, which is compressed already."""
        crc, size = crc32(data), len(data)
        return Entry(self.name, packed, self.method, crc, size, self.moment, self.attributes)

    @property
    def local(self) -> bytes:
        """What stands in the archive before the data, and the data."""
        name, *told = self._told()
        return b"".join((_LOCAL.pack(b"PK\x03\x04", _FITTED, *told, 0), name, self.data))

    def central(self, offset: int) -> bytes:
        """Its record in the directory at the archive's end."""
        name, *told = self._told()
        made = _FITTED | _UNIX, _FITTED
        rest = 0, 0, 0, 0, self.attributes, offset
        return _CENTRAL.pack(b"PK\x01\x02", *made, *told, *rest) + name

    def _told(self) -> tuple[bytes, *tuple[int, ...]]:
        """Its name, and what both of its records say one after the other."""
        name = self.name.encode()
        flags = 0 if self.name.isascii() else _UTF8
        packed = len(self.data)
        return name, flags, self.method, *self.moment, self.crc, packed, self.size, len(name)


def entries(data: bytes, infos: Sequence[zipfile.ZipInfo]) -> list[Entry]:
    """The entries of an archive, as they are stored in it."""
    found = []
    for info in infos:
        lengths = struct.unpack_from("<2H", data, info.header_offset + 26)
        start = info.header_offset + _LOCAL.size + sum(lengths)
        year, month, day, hour, minute, second = info.date_time
        moment = (hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day)
        found.append(
            Entry(
                info.filename,
                data[start : start + info.compress_size],
                info.compress_type,
                info.CRC,
                info.file_size,
                moment,
                info.external_attr,
            )
        )
    return found


def together(members: Sequence[Entry], offset: int = 0) -> tuple[bytes, list[bytes]]:
    """Entries as they stand in an archive from an offset, and their directory's records."""
    pieces, records = [], []
    for entry in members:
        pieces.append(entry.local)
        records.append(entry.central(offset))
        offset += len(pieces[-1])
    return b"".join(pieces), records


def joined(
    members: Sequence[Entry],
    before: bytes = b"",
    known: Sequence[bytes] = (),
    listed: Callable[[list[bytes]], Sequence[bytes]] = list,
) -> bytes:
    """The archive of these entries.

    Parameters
    ----------
    members : the entries.
    before, known : entries that stand before them, as `together` gives them.
    listed : puts the records of the latter and of the former into the directory's order.
    """
    body, records = together(members, len(before))
    records = [*known, *records]
    directory, count = b"".join(listed(records)), len(records)
    offset = len(before) + len(body)
    ending = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), offset, 0)
    return b"".join((before, body, directory, ending))


def deflated(data: bytes) -> bytes:
    """Data compressed for an archive as fast as it goes; a tenth larger than at zip's usual."""
    packed: bytes = fast.compress(data, 1, wbits=-15)
    return packed


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
