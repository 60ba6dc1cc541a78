"""Prices: dated list prices to start from, and what they come to for a request or a month."""

import tomllib
from pathlib import Path

from bbxl.model.pricing import gpu_prices
from bbxl.workbooks import entries, styles
from bbxl.workbooks.entries import Entry
from bbxl.workbooks.layout import Axis, Line, Model
from bbxl.workbooks.sheets import FIGURE, Sheet

MODELS = Axis("model", 6, present="priced")
GPUS = Axis("gpu", 10, present="rented")
FILE = Path(__file__).parent.with_name("prices.toml")

REQUEST = (
    Entry("input_tokens", "Tokens in, of a request", "tokens", value=800,
          note="Prompt, context and question."),
    Entry("output_tokens", "Tokens out, of a request", "tokens", value=100, note="The answer."),
    Entry("usd_rate", "Rate from USD", "currency for 1 USD", styles.FACTOR, lowest=1e-6,
          highest=1e6, value=1, note="List prices are in USD; what they come to is not."),
)  # fmt: skip


def _dated(name: str) -> list[Entry]:
    return [
        Entry(f"{name}_date", "Date", "of the price", styles.DATE, "date", 1, 2_958_465,
              required=False),
        Entry(f"{name}_source", "Source", "in words", styles.TEXT, "textLength", 0, 200,
              required=False),
    ]  # fmt: skip


def _name(field: str, label: str) -> Entry:
    return Entry(field, label, "name", styles.TEXT, "textLength", 0, 60, required=False)


def _price(field: str, label: str, unit: str) -> Entry:
    return Entry(field, label, unit, styles.CENTS, required=False)


MODEL_COLUMNS: list[Entry | Line | None] = [
    _name("model", "Model"),
    Line("priced", "Priced", "1 is yes", 'IF({model}="","",1)', styles.NUMBER, always=True),
    _price("input_price", "Tokens in", "USD a million"),
    _price("output_price", "Tokens out", "USD a million"),
    Line("request_price", "A request", "currency",
         "({input_tokens}*{input_price}+{output_tokens}*{output_price})/{million}*{usd_rate}",
         styles.PRICE, "result"),
    Line("thousand_price", "1,000 requests", "currency", "{request_price}*{thousand}",
         styles.PER_1K),
    Line("month_price", "A month at today's volume", "currency",
         "{request_price}*N({requests_per_month})", styles.CENTS),
    *_dated("model"),
]  # fmt: skip
GPU_COLUMNS: list[Entry | Line | None] = [
    _name("gpu", "GPU"),
    Line("rented", "Priced", "1 is yes", 'IF({gpu}="","",1)', styles.NUMBER, always=True),
    _price("lowest_price", "Lowest", "USD an hour"),
    _price("median_price", "Median", "USD an hour"),
    _price("highest_price", "Highest", "USD an hour"),
    Line("median_month", "A month, median", "currency",
         "{median_price}*{hours_per_month}*{usd_rate}", styles.CENTS, "result"),
    Entry("gpu_providers", "Providers", "with a price", styles.NUMBER, "whole", 1, 1000,
          required=False),
    *_dated("gpu"),
]  # fmt: skip


def add_sheet(model: Model) -> None:
    """The sheet; nothing is taken from it by itself."""
    sheet = Sheet(
        model,
        "Prices",
        "List prices to start from: replace them by your own quotes, and type what they come to "
        "into the Inputs sheet. No other sheet reads this one.",
        "input",
        widths=[38, 19, *[FIGURE] * 6, 62],
    )
    entries.values(sheet, "A request, and the currency", REQUEST, {})
    sheet.section("LLM APIs")
    listed = tomllib.loads(FILE.read_text("utf-8"))
    dated = {"model_date": listed["date"], "model_source": listed["source"]}
    entries.table(sheet, MODELS, MODEL_COLUMNS, [{**each, **dated} for each in listed["model"]])
    sheet.section("GPUs, rented on demand, running all the time: list prices")
    rented = [
        {
            "gpu": each.name,
            "lowest_price": each.lowest,
            "median_price": each.median,
            "highest_price": each.highest,
            "gpu_providers": each.providers,
            "gpu_date": each.date,
            "gpu_source": f"{each.source.removeprefix('https://')}, {each.licence}, list price",
        }
        for each in gpu_prices()
    ]
    entries.table(sheet, GPUS, GPU_COLUMNS, rented)
