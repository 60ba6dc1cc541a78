"""Reading scenarios: tables, values, names of files, each held against a template."""
