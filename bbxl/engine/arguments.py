"""How functions take their arguments, and what they answer: read from functions.toml."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain, cycle, islice

_PREFIX = re.compile(r"^(_XLFN\.)?(_XLWS\.)?")
_OURS = re.compile(
    r"^(?:'?\[[^]]+\][^!]*!|[^!(]*BBXL\.XLAM'?!|_XLUDF\.|_XLL\.|_XLFN\.|BBXL\.FUNCTIONS\.)+(?=BB_)"
)


@dataclass(frozen=True)
class Signature:
    """How a function takes its arguments.

    Attributes
    ----------
    answers : "value", "reference" or "array".
    kinds : of its arguments, "V", "R" or "A" each; the last goes for all that follow.
    repeated : those that are repeated, in turn; by default the last one.
    """

    answers: str
    kinds: tuple[str, ...]
    repeated: tuple[str, ...]

    def of(self, count: int) -> list[str]:
        """The kinds of so many arguments."""
        return list(islice(chain(self.kinds, cycle(self.repeated)), count))


@cache
def signatures() -> dict[str, Signature]:
    """Name of each function that Excel has -> how it takes its arguments."""
    text = files("bbxl.engine").joinpath("functions.toml").read_text("utf-8")
    return dict(_read(tomllib.loads(text)))


def _read(groups: dict[str, dict[str, str]]) -> Iterator[tuple[str, Signature]]:
    for answers, listed in groups.items():
        for kinds, names in listed.items():
            once, star, repeated = kinds.partition("*")
            first = tuple(once.split())
            again = tuple(repeated.split()) if star else first[-1:]
            for name in names.split():
                yield name, Signature(answers, first, again)


@lru_cache(1_000)
def plain(name: str) -> str:
    """The name of a function without the prefixes with which files store it.

    Excel stores newer functions with _xlfn., and those of an add-in with the add-in's file or
    with _xludf.; LibreOffice stores them with the add-in's own name.

    Examples
    --------
    >>> plain("_xlfn._xlws.SORT"), plain("[1]!BB_TCO"), plain("_xludf.BB_TCO")
    ('SORT', 'BB_TCO', 'BB_TCO')
    """
    upper = name.upper()
    return _PREFIX.sub("", _OURS.sub("", upper))
