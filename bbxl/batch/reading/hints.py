"""What to write in place of a figure that an input does not take: "20%" is 0.2, "1,000" is 1000."""

import math
import re
from decimal import Decimal
from numbers import Real
from typing import Any

from bbxl.batch.template.inputs import Input

NUMBER = r"\s*+([+-]?(?:\d++{mark}?\d*+|{mark}\d++)(?:[eE][+-]?\d++)?)\s*+(%?)\s*+"
"""A number in a text and its percent sign; {mark} is the decimal mark."""

# Sign, currency, sign, digits with what parts them, percent or currency.
_CURRENCY = r"[^\d\s.,'+%-]{1,3}"
_FIGURE = re.compile(rf"([+-]?) ?({_CURRENCY})? ?([+-]?)(\d[\d.,' ]*)(%|{_CURRENCY})?", re.ASCII)
_GROUPS = re.compile(r"[1-9]\d{0,2}(?:([.,' ])\d{3})(?:\1\d{3})*", re.ASCII)  # thousands
_AS = str.maketrans(
    {"\u00a0": " ", "\u202f": " ", "\u2019": "'"}
)  # spaces that do not break a line
_LONGEST = 40  # characters of a figure


def hint(value: Any, target: Input, mark: str) -> str:
    """What to do about a value that an input for numbers refused; "" where nothing fits.

    Parameters
    ----------
    value : what was refused.
    target : the input.
    mark : what stands before decimals in a text, "." or ",".
    """
    if target.kind not in ("number", "share") or isinstance(value, bool):
        return ""
    number, is_percent, how = _read(value, mark)
    if number is None:
        return ""
    if number < 0 and target.rule and target.rule.lowest >= 0:
        return "; it may not be negative"
    if how:
        return how if not target.rule or target.rule.allows(number) else ""
    if is_percent and target.kind != "share":
        return f"; % is for shares: write {_shown(number, mark)} if that is meant"
    likely = target.kind == "share" and not is_percent and abs(number) > 1
    if likely and target.rule and target.rule.allows(number / 100):
        return (
            f"; {_shown(number, mark)}% is written {_shown(number / 100, mark)} "
            f"(or {_shown(number, mark)}%)"
        )
    return ""


def _read(value: Any, mark: str) -> tuple[float | None, bool, str]:
    """The number that is probably meant, whether in percent, and how to write it if not so."""
    if not isinstance(value, str):
        try:
            number = float(value) if isinstance(value, Real | Decimal) else math.inf
        except (OverflowError, ValueError):  # 400 digits; a Decimal that signals
            number = math.inf
        return (number if math.isfinite(number) else None), False, ""
    if found := re.fullmatch(NUMBER.replace("{mark}", re.escape(mark)), value, re.ASCII):
        return float(found[1].replace(",", ".")) / (100 if found[2] else 1), bool(found[2]), ""
    figure = _FIGURE.fullmatch(value.strip().translate(_AS)) if len(value) <= _LONGEST else None
    if not figure:
        return None, False, ""
    whole, decimals, told = _parts(figure[4].strip(), mark)
    if not whole.isdecimal() or not (decimals or "0").isdecimal():
        return None, False, ""
    plain = figure[1] + figure[3] + whole + (mark + decimals if decimals else "")
    is_percent = figure[5] == "%"
    if figure[2] or (figure[5] and not is_percent):
        told.insert(0, "no currency")
    how = f"; write {plain}{'%' * is_percent}, with {' and '.join(told)}"
    return float(plain.replace(",", ".")) / (100 if is_percent else 1), is_percent, how


def _parts(digits: str, mark: str) -> tuple[str, str, list[str]]:
    """Digits before and after the decimal mark, and what is to be written otherwise."""
    name, other = ("a point", ",") if mark == "." else ("a comma", ".")
    marks = [each for each in digits if each in ".,"]
    last = marks[-1] if marks else ""
    groups = bool(_GROUPS.fullmatch(digits)) and (last != mark or marks.count(mark) > 1)
    whole, decimals = digits, ""
    if last and marks.count(last) == 1 and not groups:
        whole, _, decimals = digits.partition(last)
    told = []
    if _GROUPS.fullmatch(whole):
        whole = re.sub(r"\D", "", whole)
        told.append("no thousands separators")
    if decimals and last == other:
        option = " (or give --decimal-comma)" if mark == "." and not told else ""
        told.append(f"{name} before decimals{option}")
    return whole, decimals, told


def _shown(number: float, mark: str) -> str:
    return f"{number:.15g}".replace(".", mark)
