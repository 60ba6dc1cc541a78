"""Filling a template: values into the bytes of its sheets, thousands of times."""
