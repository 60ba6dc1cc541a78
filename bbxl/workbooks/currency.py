"""The currency: an input that stands in every unit, sentence and axis title.

Units are written with the word "currency"; in a workbook that word is a link to the input.
"""

WORD = "currency"


def named(words: str) -> str:
    """Words as a formula, in which the currency has the name that a person gave it."""
    parts = [f'"{part}"' if part else "" for part in words.split(WORD)]
    return f"&{{{WORD}}}&".join(parts).strip("&")


def of(amount: str) -> str:
    """A formula of an amount in words, with the currency before it."""
    return f'{{{WORD}}}&" "&{amount}'
