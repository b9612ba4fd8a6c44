"""The drill as one self-contained page: no script, nothing from elsewhere, the same bytes for the same drill."""
