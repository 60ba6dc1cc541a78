"""The examples are run by tests/test_examples.py; pytest would run them by importing them."""

collect_ignore_glob = ["*.py"]
