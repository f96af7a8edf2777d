"""The bench: Mockade and its peers, driven in turn by wrk in one run, told as medians, ratios and spread."""
