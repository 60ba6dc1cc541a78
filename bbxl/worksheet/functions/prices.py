"""Worksheet functions of prices: LLM APIs by their tokens, GPUs for a load."""

from datetime import date, timedelta
from typing import Any

import numpy as np

from bbxl.model import pricing
from bbxl.model.capacity import requests_of_a_unit
from bbxl.model.quantities import (
    ExcelDate,
    Factor,
    PositiveThroughput,
    Requests,
    Throughput,
    Tokens,
    Utilisation,
    Volume,
)
from bbxl.worksheet.readers import EXCEL_EPOCH, CellError, Rows
from bbxl.worksheet.registry import Elementwise, worksheet_function
from bbxl.xlsx.cells import ExcelError

CATEGORY = "Prices"
MOST_PRICED = 10_000  # different requests that one cell asks the price of
LAST = 2_958_464  # of the days that Python and Excel know
MOST_MODELS = 5_000
LISTED = float((pricing.LISTED - EXCEL_EPOCH.date()).days)


def _too_many_cached(input_tokens: float, cached_tokens: float, **rest: Any) -> str:
    more = cached_tokens > input_tokens
    return "cached_tokens are some of the input_tokens, and cannot be more" if more else ""


@worksheet_function(CATEGORY, why=_too_many_cached)
def api_cost(
    model: str,
    input_tokens: Tokens,
    output_tokens: Tokens,
    requests: Requests = 1,
    as_of: ExcelDate = LISTED,
    cached_tokens: Tokens = 0,
) -> Elementwise:
    """Cost of requests to an LLM API, US dollars; #N/A for an unknown model.

    BB_MODELS lists names that sound alike.

    Parameters
    ----------
    model
        the model as its provider names it, such as claude-sonnet-4-5
    input_tokens
        tokens that one request puts in
    output_tokens
        tokens that one request gets back
    requests
        number of requests
    as_of
        day of the requests; by default that of the price list
    cached_tokens
        of the input tokens, those read from the provider's cache
    """
    # An element with an error has no number; what stands in for it is not shown.
    given = (np.nan_to_num(each) for each in (input_tokens, output_tokens, as_of, cached_tokens))
    asked = list(zip(*(np.ravel(each).tolist() for each in given), strict=True))
    if len(set(asked)) > MOST_PRICED:
        raise CellError(ExcelError.NUM)
    try:
        prices = {
            (given, gotten, serial, cached): pricing.api_cost(
                model, given, gotten, as_of=_date(serial), cached_tokens=cached
            )
            for given, gotten, serial, cached in set(asked)
        }
    except LookupError as unknown:
        raise CellError(ExcelError.NA, str(unknown)) from None
    priced = np.reshape([prices[each] for each in asked], np.shape(requests))
    return np.where(np.greater(cached_tokens, input_tokens), np.inf, priced * requests)


def _date(serial: float) -> date:
    return (EXCEL_EPOCH + timedelta(days=min(int(serial), LAST))).date()


@worksheet_function(CATEGORY)
def models(model_like: str) -> Rows:
    """Models in the price list whose names contain a text, or else are like it; #N/A for none.

    Parameters
    ----------
    model_like
        a model's name, or part of it
    """
    found = pricing.similar_models(model_like, MOST_MODELS)
    if not found:
        raise CellError(ExcelError.NA, f"no model in the price list is like {model_like!r}")
    return [[each] for each in found]


@worksheet_function(CATEGORY)
def capacity(
    requests_per_second: Throughput, peak_factor: Factor = 3, utilisation: Utilisation = 0.7
) -> Elementwise:
    """Requests a month that a unit carries, with a month of 730 hours.

    Parameters
    ----------
    requests_per_second
        requests a second that one unit sustains
    peak_factor
        how many times the average load the peak is
    utilisation
        share of its capacity to which a unit is to be loaded at the peak
    """
    return requests_of_a_unit(requests_per_second, peak_factor, utilisation)


@worksheet_function(CATEGORY)
def gpus(
    requests_per_month: Volume,
    rps_per_gpu: PositiveThroughput,
    peak_factor: Factor = 3,
    utilisation: Utilisation = 0.7,
) -> Elementwise:
    """GPUs needed for a load, a whole number, with a month of 730 hours.

    Parameters
    ----------
    requests_per_month
        requests a month
    rps_per_gpu
        requests a second that one GPU sustains
    peak_factor
        how many times the average load the peak is
    utilisation
        share of its capacity to which a GPU is to be loaded at the peak
    """
    return pricing.gpus_needed(requests_per_month, rps_per_gpu, peak_factor, utilisation)
