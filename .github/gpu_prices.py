"""Makes bbxl/model/gpus.toml again from a clone of the data set.

    git clone https://github.com/alpha-one-index/ai-infra-index ../ai-infra-index
    python .github/gpu_prices.py ../ai-infra-index COMMIT > gpus.toml
    mv gpus.toml bbxl/model/
    bbxl templates build

COMMIT is the state of the clone, which the table names. Its head, below, has figures of March
2026: look whether they still hold.

A provider has one price for a GPU: the middle of its range, where it gives one, and the median
of its offers, where it has several. The median is that of these prices; lowest and highest are
the ends of all ranges.
"""

import json
import re
import sys
from datetime import date
from pathlib import Path
from statistics import fmean, median

URL = "https://github.com/alpha-one-index/ai-infra-index"
PAGE, FILE = "specs/cloud-gpu-pricing.md", "data/cloud-pricing.json"
FEWEST = 3  # providers of a GPU: with fewer a median says little
ON_PAGE = {
    "NVIDIA A100 80GB (SXM)": "A100 80GB SXM",
    "NVIDIA H100 80GB (SXM/HGX)": "H100 80GB SXM",
    "NVIDIA H200 141GB": "H200 141GB",
    "NVIDIA B200 192GB": "B200 192GB",
    "NVIDIA L40S 48GB": "L40S 48GB",
}
IN_FILE = {
    ("A100 PCIe", 40): "A100 40GB PCIe",
    ("RTX A6000", 48): "RTX A6000 48GB",
    ("RTX A5000", 24): "RTX A5000 24GB",
    ("RTX 4090", 24): "RTX 4090 24GB",
}
HEAD = """\
# GPU rental, US dollars per GPU and hour, on demand: list prices, to be replaced by your own quote.
# Made by .github/gpu_prices.py; do not edit by hand.
#
# From the AI Infrastructure Index at commit {commit}, Copyright (c) 2026 Alpha One Index,
# MIT License; its text is in the LICENSE file there.
#
# The first {count} GPUs are from its page {page}, dated by the day on which
# their prices were last verified; the others from its file {file}, dated by the
# day on which it was made, though eight of its twelve providers are of the month before. The page
# is taken where three providers stand on it: it has AWS, Google and Azure, and the file gives
# some of the same providers much lower prices (H100: Azure 1.40 to 2.46, on the page 3.50 to 5.00;
# CoreWeave 2.23, on the page 6.15). The page counts AWS p4d as A100 80GB; its GPUs have 40 GB.

source = "{url}"
licence = "MIT"
"""


def page_offers(text: str) -> dict[str, list[tuple[str, list[float], date]]]:
    """The offers of each GPU on the page: provider, ends of the price, day of the check."""
    found: dict[str, list[tuple[str, list[float], date]]] = {}
    for section in re.split(r"^##+ ", text, flags=re.MULTILINE)[1:]:
        heading, *lines = section.splitlines()
        rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
        if heading in ON_PAGE:
            found[ON_PAGE[heading]] = [
                (row[0], [float(end) for end in re.findall(r"[\d.]+", row[2])],
                 date.fromisoformat(row[-1]))
                for row in rows[1:]
            ]  # fmt: skip
    return found


def file_offers(text: str) -> dict[str, list[tuple[str, list[float], date]]]:
    """The same from the file."""
    data = json.loads(text)
    made = date.fromisoformat(data["metadata"]["updated"][:10])
    found: dict[str, list[tuple[str, list[float], date]]] = {}
    for provider, offers in data["providers"].items():
        for offer in offers:
            if name := IN_FILE.get((offer["gpu"], offer["mem"])):
                price = offer["on_demand"] / offer["cnt"]
                found.setdefault(name, []).append((provider, [price], made))
    return found


def row(name: str, offers: list[tuple[str, list[float], date]]) -> str:
    """A GPU in gpus.toml."""
    prices: dict[str, list[float]] = {}
    for provider, ends, _ in offers:
        prices.setdefault(provider, []).append(fmean(ends))
    if len(prices) < FEWEST:
        sys.exit(f"{name}: {len(prices)} providers; at least {FEWEST} are needed")
    every = [end for _, ends, _ in offers for end in ends]
    return f"""
[[gpu]]
name = "{name}"
lowest = {min(every):.2f}
median = {median(median(each) for each in prices.values()):.2f}
highest = {max(every):.2f}
providers = {len(prices)}
date = {min(checked for *_, checked in offers)}
"""


def main(folder: Path, commit: str) -> None:
    """Print gpus.toml."""
    text = HEAD.format(commit=commit, count=len(ON_PAGE), page=PAGE, file=FILE, url=URL)
    for part, offers, names in (
        (PAGE, page_offers, ON_PAGE.values()),
        (FILE, file_offers, IN_FILE.values()),
    ):
        found = offers((folder / part).read_text("utf-8"))
        for name in names:
            text += row(name, found.get(name, []))
    sys.stdout.write(text)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
