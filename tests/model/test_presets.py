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


def test_the_three_examples_are_there():
    assert presets.names() == (
        "content-moderation",
        "customer-support-classifier",
        "document-classification",
    )


def test_an_unknown_preset_names_those_there_are():
    with pytest.raises(KeyError, match="customer-support-classifier"):
        presets.load("../../etc/passwd")
