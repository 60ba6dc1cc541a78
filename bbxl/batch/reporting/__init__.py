"""What a run says of itself: its record, the manifest, the portfolio."""
