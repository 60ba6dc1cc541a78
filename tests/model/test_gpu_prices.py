"""GPU prices: the table is sound, is what presets speak of, and is made as its head says."""

import json
import re
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from bbxl import presets
from bbxl.model.pricing import api_cost, gpu_prices

ROOT = Path(__file__).parents[2]
TABLE = {gpu.name: gpu for gpu in gpu_prices()}
# How makers name GPUs: a letter or two and a number, as in H100, L40S and MI300X, or RTX.
GPU = re.compile(r"\b(?:(?:[ABHLTV]|G[BH]|MI)\d{1,3}[SX]?|RTX)\b")
SOURCES = {name: presets.load(name).source for name in presets.names()}


@pytest.mark.parametrize("gpu", TABLE.values(), ids=TABLE)
def test_a_gpu_price_is_consistent_dated_and_licensed(gpu):
    assert 0 < gpu.lowest <= gpu.median <= gpu.highest
    assert gpu.providers == int(gpu.providers) >= 3
    assert date(2026, 1, 1) <= gpu.date <= date.today()
    assert gpu.source == "https://github.com/alpha-one-index/ai-infra-index"
    assert gpu.licence == "MIT"
    assert GPU.match(gpu.name)


def test_a_gpu_stands_in_the_table_once_and_its_source_at_the_head():
    assert len(TABLE) == len(gpu_prices()) >= 9
    head = (ROOT / "bbxl/model/gpus.toml").read_text("utf-8").split("[[gpu]]")[0]
    for words in ("list prices", "github.com/alpha-one-index", "MIT License", "Copyright"):
        assert words in head


def known(text):
    """The GPUs that a text names; one that is not in the table fails."""
    for found in GPU.finditer(text):
        names = [name for name in TABLE if text.startswith(name, found.start())]
        assert names, text[found.start() :][:20]
        yield names[0]


def test_presets_name_gpus_of_the_table_at_prices_within_it():
    named = {}
    for name in presets.names():
        text = (presets.FOLDER / f"{name}.toml").read_text("utf-8")
        for gpu in known(text):
            named[name] = gpu
            (price,) = re.findall(r"rented at ([\d.]+) an hour", text)
            assert TABLE[gpu].lowest <= float(price) <= TABLE[gpu].median
    assert named


def test_the_sheet_names_gpus_of_the_table_and_says_that_they_are_list_prices():
    sheet = openpyxl.load_workbook(ROOT / "templates/build-vs-buy.xlsx")["Prices"]
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    cells = [text for text in cells if not text.startswith("=")]
    assert {gpu for text in cells for gpu in known(text)} == set(TABLE)
    assert sum(text.endswith("ai-infra-index, MIT, list price") for text in cells) == len(TABLE)


def test_a_request_of_a_preset_costs_what_its_source_says():
    seen = 0
    said = r"([\d,]+) tokens in and ([\d,]+) out on (\S+), of the price list of ([\d-]+)"
    for name, source in SOURCES.items():
        for tokens_in, tokens_out, model, day in re.findall(said, source):
            tokens = (float(each.replace(",", "")) for each in (tokens_in, tokens_out))
            cost = api_cost(model, *tokens, as_of=date.fromisoformat(day))
            assert presets.load(name).approaches["API"]["api_cost_per_request"] == pytest.approx(
                cost, rel=1e-12
            )
            seen += 1
    assert seen >= 2


PAGE = """\
### NVIDIA {name}

| Provider | Instance Type | Per-GPU-Hour (On-Demand) | Min GPUs | Last Verified |
|---|---|---|---|---|
| One | x | $4.00\N{EN DASH}$6.00 | 8 | 2026-02-28 |
| Two | x | ~$14.00 | 1 | 2026-02-27 |
| Three | x | $2.10 | 1 | 2026-02-28 |

## Another part

| Provider | Price |
|---|---|
| not | $1.00 |
"""
ON_PAGE = ("A100 80GB (SXM)", "H100 80GB (SXM/HGX)", "H200 141GB", "B200 192GB", "L40S 48GB")
IN_FILE = (("A100 PCIe", 40), ("RTX A6000", 48), ("RTX A5000", 24), ("RTX 4090", 24))


@pytest.fixture
def data_set(tmp_path):
    """A small data set in the form of the real one."""
    (tmp_path / "specs").mkdir()
    (tmp_path / "data").mkdir()
    page = "# Prices\n\n" + "".join(PAGE.format(name=name) for name in ON_PAGE)
    (tmp_path / "specs/cloud-gpu-pricing.md").write_text(page, "utf-8")

    def offers(*prices):
        return [
            {"gpu": gpu, "mem": memory, "cnt": count, "on_demand": price}
            for gpu, memory in (*IN_FILE, ("A100 PCIe", 80))
            for count, price in prices
        ]

    providers = {"One": offers((1, 1.0), (2, 6.0)), "Two": offers((1, 0.5)),
                 "Three": offers((8, 24.0))}  # fmt: skip
    file = {"metadata": {"updated": "2026-03-16T01:00:52Z"}, "providers": providers}
    (tmp_path / "data/cloud-pricing.json").write_text(json.dumps(file), "utf-8")
    return tmp_path


def made(folder):
    command = [sys.executable, str(ROOT / ".github/gpu_prices.py"), str(folder), "0123abc"]
    return subprocess.run(command, capture_output=True, encoding="utf-8")


def test_the_table_is_made_again_from_the_data_set(data_set):
    text = made(data_set).stdout
    table = tomllib.loads(text)
    assert "commit 0123abc," in text
    assert [gpu["name"] for gpu in table["gpu"]] == list(TABLE)
    for gpu in table["gpu"][:5]:  # providers: 5, the middle of its range, 14 and 2.10
        del gpu["name"]
        assert gpu == {"lowest": 2.1, "median": 5.0, "highest": 14.0, "providers": 3,
                       "date": date(2026, 2, 27)}  # fmt: skip
    for gpu in table["gpu"][5:]:  # a GPU: 2, the median of 1 and 3; 0.50; 3
        del gpu["name"]
        assert gpu == {"lowest": 0.5, "median": 2.0, "highest": 3.0, "providers": 3,
                       "date": date(2026, 3, 16)}  # fmt: skip


def test_a_gpu_with_two_providers_ends_the_command_in_one_line(data_set):
    page = data_set / "specs/cloud-gpu-pricing.md"
    page.write_text(page.read_text("utf-8").replace("| Two |", "| One |"), "utf-8")
    done = made(data_set)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "A100 80GB SXM: 2 providers; at least 3 are needed\n"


def test_the_committed_head_is_the_one_that_is_made(data_set):
    committed = (ROOT / "bbxl/model/gpus.toml").read_text("utf-8")
    head, again = (text.split("[[gpu]]")[0] for text in (committed, made(data_set).stdout))
    assert re.sub("commit [0-9a-f]+,", "commit 0123abc,", head) == again
