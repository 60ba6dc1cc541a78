"""Mistakes of a person, with messages that say how to put them right."""

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W_]+")
_ALIKE = 0.7  # of 1, which is the same
_LEAST = 3  # letters that a name which contains them is told for

NO_MEMORY = "there is not enough memory; end other programs, or use fewer workers"


class UserError(Exception):
    """A person's mistake: a line for each fault, which names the place and the remedy."""

    def __str__(self) -> str:
        return "\n".join(map(str, self.args))


def near(name: str, known: Iterable[str], count: int = 1) -> list[str]:
    """The known names that are like a name, the most alike first; none where none is near.

    Like it are those that differ in a few letters, each word in a few letters of a word there; or
    else those that contain it.

    Examples
    --------
    >>> near("brekeven", ["build-vs-buy", "breakeven"])
    ['breakeven']
    >>> near("upfront_cost", ["migration_cost", "up_front_cost"])
    ['up_front_cost']
    """
    from difflib import get_close_matches  # only when asked: a spreadsheet waits for this module

    spelled = {each.casefold(): each for each in known}
    asked = name.casefold()
    words = _WORD.findall(asked)
    like = [
        each
        for each in get_close_matches(asked, spelled, 3 * count, _ALIKE)
        if all(get_close_matches(word, _WORD.findall(each), 1, _ALIKE) for word in words)
    ][:count]
    within = [each for each in spelled if len(asked) >= _LEAST and asked in each]
    return [spelled[each] for each in like or within[:count]]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """What a message adds about a name that is not known: "; did you mean X?", or nothing."""
    return "".join(f"; did you mean {each}?" for each in near(name, known))


def one_of(names: Iterable[str], what: str, nearest: str = "") -> str:
    """What a message adds about a name that is not known: the nearest one, and all that there are.

    Examples
    --------
    >>> one_of(["plan", "page"], "templates", "; did you mean page?")
    '; did you mean page? The templates are plan and page'
    >>> one_of(["plan", "page"], "templates")
    '; the templates are plan and page'
    """
    *others, last = names
    said = f"the {what} are {', '.join(others)}{' and ' if others else ''}{last}"
    return f"{nearest} T{said[1:]}" if nearest else f"; {said}"
