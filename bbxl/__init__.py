"""bbxl: the cost model of building or buying an AI/LLM system, in spreadsheets.

The names listed here are the public library; each is imported when it is first
asked for, so that `import bbxl` takes no time.

>>> from bbxl import CostModel
>>> round(CostModel(50_000, 0.002).breakeven(CostModel(250_000, 0.0002)), 2)
9259259.26
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bbxl.batch.run import generate
    from bbxl.engine.calculation import calculate, recalculate
    from bbxl.model.breakeven import bands, breakeven, cheapest, explain
    from bbxl.model.choice import payback, switch_price
    from bbxl.model.comparison import ApproachComparison
    from bbxl.model.cost import Approach, CostModel
    from bbxl.model.counting import Simulation
    from bbxl.model.distributions import Fixed, Normal, Pert, Triangular, Uniform
    from bbxl.model.drivers import DeploymentType, Spectrum, TCOComponents
    from bbxl.model.intervals import Band, Interval
    from bbxl.model.investment import irr, npv, payback_month, paying_utilisation
    from bbxl.model.pricing import api_cost, gpu_monthly_cost, gpu_prices, gpus_needed
    from bbxl.model.projection import Projection
    from bbxl.model.requirements import PerformanceProfile, Requirements, meets
    from bbxl.model.risk import Effect, tornado
    from bbxl.model.scoring import Weights, pareto, scores
    from bbxl.model.simulation import simulate
    from bbxl.model.tco import TCO
    from bbxl.model.tokens import cost_from_tokens

__version__ = "0.1.0"

_HOMES = {
    "bbxl.model.cost": ("Approach", "CostModel"),
    "bbxl.model.tco": ("TCO",),
    "bbxl.model.drivers": ("DeploymentType", "Spectrum", "TCOComponents"),
    "bbxl.model.breakeven": ("bands", "breakeven", "cheapest", "explain"),
    "bbxl.model.choice": ("payback", "switch_price"),
    "bbxl.model.investment": ("irr", "npv", "paying_utilisation", "payback_month"),
    "bbxl.model.intervals": ("Band", "Interval"),
    "bbxl.model.projection": ("Projection",),
    "bbxl.model.requirements": ("PerformanceProfile", "Requirements", "meets"),
    "bbxl.model.scoring": ("Weights", "pareto", "scores"),
    "bbxl.model.comparison": ("ApproachComparison",),
    "bbxl.model.risk": ("Effect", "tornado"),
    "bbxl.model.distributions": ("Fixed", "Normal", "Pert", "Triangular", "Uniform"),
    "bbxl.model.counting": ("Simulation",),
    "bbxl.model.simulation": ("simulate",),
    "bbxl.model.pricing": ("api_cost", "gpu_monthly_cost", "gpu_prices", "gpus_needed"),
    "bbxl.model.tokens": ("cost_from_tokens",),
    "bbxl.engine.calculation": ("calculate", "recalculate"),
    "bbxl.batch.run": ("generate",),
}  # fmt: skip
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "TCO",
    "Approach",
    "ApproachComparison",
    "Band",
    "CostModel",
    "DeploymentType",
    "Effect",
    "Fixed",
    "Interval",
    "Normal",
    "PerformanceProfile",
    "Pert",
    "Projection",
    "Requirements",
    "Simulation",
    "Spectrum",
    "TCOComponents",
    "Triangular",
    "Uniform",
    "Weights",
    "api_cost",
    "bands",
    "breakeven",
    "calculate",
    "cheapest",
    "cost_from_tokens",
    "explain",
    "generate",
    "gpu_monthly_cost",
    "gpu_prices",
    "gpus_needed",
    "irr",
    "meets",
    "npv",
    "pareto",
    "payback",
    "payback_month",
    "paying_utilisation",
    "recalculate",
    "scores",
    "simulate",
    "switch_price",
    "tornado",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
