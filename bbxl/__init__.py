"""bbxl: the cost model of building or buying an AI/LLM system, in spreadsheets."""

__version__ = "0.1.0"
