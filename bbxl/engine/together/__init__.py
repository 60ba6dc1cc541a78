"""Formulas over vectors: what cells show in many scenarios, computed at once with numpy."""
