"""Prices: dated list prices to start from, and what they come to for a request or a month."""

import tomllib
from pathlib import Path

from bbxl.model.pricing import gpu_prices
from bbxl.workbooks import entries, styles
from bbxl.workbooks.entries import Entry
from bbxl.workbooks.layout import Line, Model
from bbxl.workbooks.placing import Axis
from bbxl.workbooks.sheets import FIGURE, Sheet

MODEL_NAMES = "models"
"""The defined name of the cells that models are listed in."""
MODELS = Axis("model", 10)
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
    return Entry(field, label, unit, styles.A_MILLION, required=False)


_PRICES = "{input_price}:{longest}"
_PRICED = (
    f'AND({{model}}<>"",COUNT({{input_price}},{{output_price}})>1,COUNT({_PRICES})=COUNTA({_PRICES})'
    f",MIN({_PRICES})>=0,SUMPRODUCT(({{model:all}}={{model}})*1)=1)"
)


def _where(shown: str, formula: str) -> str:
    """A figure where another one is there."""
    return f'IF({{{shown}}}="","",{formula})'


_TOO_LONG = "AND({longest}>0,{input_tokens}>{longest})"
_REQUEST = "({input_tokens}*{input_price}+{output_tokens}*{output_price})/1000000*{usd_rate}"
MODEL_COLUMNS: list[Entry | Line | None] = [
    _name("model", "Model"),
    Line("model_number", "Number", "where it has prices",
         f'IF({_PRICED},ROWS({{model:1}}:{{model}}),"")', styles.NUMBER),
    _price("input_price", "Tokens in", "USD a million"),
    _price("cached_price", "Tokens in from the cache", "USD a million"),
    _price("output_price", "Tokens out", "USD a million"),
    Entry("batch_price", "At batch price", "of the others", styles.PERCENT, highest=1,
          required=False),
    Entry("longest", "For tokens in up to", "tokens a request", styles.COUNT, required=False,
          note="Empty where there is no limit; above it the prices are others."),
    Line("request_price", "A request", "currency",
         _where("model_number", f'IF({_TOO_LONG},"",{_REQUEST})'), styles.PRICE, "result"),
    Line("thousand_price", "1,000 requests", "currency",
         _where("request_price", "{request_price}*1000"), styles.PER_1K),
    Line("month_price", "A month at today's volume", "currency",
         _where("request_price", "{request_price}*N({requests_per_month})"), styles.CENTS),
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
    None, None, None,
    *_dated("gpu"),
]  # fmt: skip


def add_sheet(model: Model) -> None:
    """The sheet; of it the Inputs sheet takes the prices of a model that is named there."""
    sheet = Sheet(
        model,
        "Prices",
        "List prices to start from: replace them by your own quotes, or add models in the empty "
        "rows. Nothing is taken from here but the prices of a model that the Inputs sheet names.",
        "input",
        widths=[38, 19, *[FIGURE] * 9, 62],
    )
    entries.values(sheet, "A request, and the currency", REQUEST, {})
    listed = tomllib.loads(FILE.read_text("utf-8"))
    sheet.section(f"LLM APIs: list prices from {listed['list']}")
    models = [
        {
            **each,
            "model_date": listed["date"],
            "model_source": f"{listed['source']}{each.get('remark', '')}",
        }
        for each in listed["model"]
    ]
    entries.table(sheet, MODELS, MODEL_COLUMNS, models)
    model.name(MODEL_NAMES, "{model:all}")
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
