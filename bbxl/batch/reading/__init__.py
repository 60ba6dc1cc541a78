"""Reading scenarios: tables, values and names of files, checked against a template."""
