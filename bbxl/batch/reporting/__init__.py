"""What a run reports: its record, the manifest, the portfolio."""
