"""The worked examples as data."""

import pytest

from bbxl import presets
from bbxl.worksheet import tables


@pytest.mark.parametrize("name", presets.names())
def test_every_preset_is_a_sound_table_with_a_source(name):
    preset = presets.load(name)
    assert tables.check(preset.table()) == []
    assert preset.source
    assert preset.title


def test_the_examples_are_there():
    assert presets.names() == (
        "content-moderation",
        "customer-support-classifier",
        "customer-support-classifier-repriced",
        "document-classification",
    )


def test_the_repriced_example_is_the_example_times_its_factors():
    base = presets.load("customer-support-classifier").approaches
    repriced = presets.load("customer-support-classifier-repriced").approaches
    assert len(repriced) == 7
    for name, each in repriced.items():
        original, _, factor = name.partition(" x")
        price = base[original]["api_cost_per_request"] * float(factor or 1)
        assert each == {**base[original], "api_cost_per_request": pytest.approx(price)}


def test_an_unknown_preset_names_those_there_are():
    with pytest.raises(KeyError, match="customer-support-classifier"):
        presets.load("../../etc/passwd")
