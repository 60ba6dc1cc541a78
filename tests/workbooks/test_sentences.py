"""The sentences of the comparison, read against the Python model, at drawn and extreme inputs."""

import numpy as np
import pytest
from filled import Filled
from test_model import PRESET, as_filled, drawn, without

from bbxl.workbooks import build_vs_buy
from bbxl.workbooks.build_vs_buy.inputs import COSTS

DRAWN = 60


@pytest.fixture(scope="module")
def book():
    return Filled(build_vs_buy.model(PRESET))


def said(book, values, field="recommendation"):
    book.fill(values)
    return book.field(field)


def spoilt(values, seed):
    """One of the approaches with a fault, and the words that must tell it first."""
    draw = np.random.default_rng(seed)
    slot = int(draw.choice([i for i in range(1, 7) if values[f"approach_{i}_name"]]))
    name, entry = values[f"approach_{slot}_name"], draw.choice(COSTS)
    field = f"approach_{slot}_{entry.field}"
    return slot, *[
        ({field: None}, f"{name} is left out: {entry.label} is missing. "),
        ({field: "x"}, f"{name} is left out: {entry.label} is not a number. "),
        ({field: -1.0}, f"{name} is left out: {entry.label} is out of range. "),
        ({f"approach_{slot}_name": "  "}, f"Approach {slot} is left out: it has no name. "),
        ({f"approach_{slot}_name": None}, f"Approach {slot} is left out: it has no name. "),
    ][seed % 5]


def test_whoever_is_left_out_comes_first_and_the_rest_is_as_if_it_were_not_there(book):
    for seed in range(DRAWN):
        values = drawn(seed)
        slot, fault, words = spoilt(values, seed)
        rest = said(book, values | without(slot))
        assert said(book, values | fault) == words + rest
        assert said(book, values | fault, "answer").startswith(words)
        assert (
            words
            == f"{words.split(' is left')[0]} is left out: {book.field('left_out')[slot - 1]}. "
        )


def test_approaches_of_one_name_are_left_out_with_one_sentence(book):
    values = as_filled(PRESET)
    rest = said(book, values | without(1, 3))
    both = values | {"approach_3_name": "api"}
    assert said(book, both) == f"API is left out: another one has its name. {rest}"
