"""The elements of a part's XML by the bytes they take, so that some change and all else stays."""

import xml.parsers.expat
from dataclasses import dataclass, field

from bbxl.xlsx import WorkbookError

Edit = tuple[int, int, bytes]
"""Start and end of bytes, and what takes their place."""


@dataclass
class Element:
    """An element of a part.

    Attributes
    ----------
    tag : its name as it is written, with its prefix.
    attributes : name of each -> its text.
    start, end : the bytes it takes.
    inner_end : where its end tag begins; `end` where it closes itself.
    children : the elements in it.
    """

    tag: str
    attributes: dict[str, str]
    start: int
    inner_end: int = 0
    end: int = 0
    children: list["Element"] = field(default_factory=list)

    @property
    def local(self) -> str:
        """Its name without the prefix."""
        return self.tag.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """The prefix with its colon; mostly none."""
        return self.tag[: -len(self.local)]

    def child(self, local: str) -> "Element | None":
        """Its first child of that name."""
        return next((each for each in self.children if each.local == local), None)

    def descendants(self, local: str) -> list["Element"]:
        """All elements of that name in it."""
        found = [each for each in self.children if each.local == local]
        return found + [inner for each in self.children for inner in each.descendants(local)]

    def appending(self, data: bytes, more: bytes) -> Edit:
        """The edit that puts something behind its last child."""
        if self.inner_end < self.end:
            return self.inner_end, self.inner_end, more
        start_tag = data[self.start : self.end].rstrip()[:-2].rstrip()
        return self.start, self.end, b"%s>%s</%s>" % (start_tag, more, self.tag.encode())


def root_of(data: bytes, name: str) -> Element:
    """The outermost element of a part.

    Parameters
    ----------
    data : the part.
    name : what an error message calls it.

    Raises
    ------
    WorkbookError : it is damaged, or not written in UTF-8.
    """
    parser = xml.parsers.expat.ParserCreate()
    top = Element("", {}, 0)
    opened = [top]

    def start(tag: str, given: dict[str, str]) -> None:
        found = Element(tag, given, parser.CurrentByteIndex)
        opened[-1].children.append(found)
        opened.append(found)

    def end(tag: str) -> None:
        at = parser.CurrentByteIndex
        closed = opened.pop()
        closed.inner_end = closed.end = at
        if data.startswith(b"</" + tag.encode(), at):
            closed.end = data.index(b">", at) + 1

    def refuse(*_: object) -> None:
        raise WorkbookError(f"{name} is damaged: it declares a document type")

    def declaration(version: str, encoding: str | None, standalone: int) -> None:
        if encoding and encoding.lower() not in ("utf-8", "utf8"):
            raise WorkbookError(f"{name} is written in {encoding}, not UTF-8")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler, parser.XmlDeclHandler = refuse, declaration
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise WorkbookError(f"{name} is written in UTF-16, not UTF-8")
    try:
        parser.Parse(data, True)
    except xml.parsers.expat.ExpatError as error:
        raise WorkbookError(f"{name} is damaged: {error}") from None
    return top.children[0]


def spliced(data: bytes, edits: list[Edit]) -> bytes:
    """Data with each (start, end, replacement) carried out; they do not overlap."""
    pieces, position = [], 0
    for start, end, replacement in sorted(edits, key=lambda edit: edit[:2]):
        pieces += [data[position:start], replacement]
        position = end
    return b"".join([*pieces, data[position:]])
