"""Long runs of a server under what machines and clients do to it: `python -m benchmarks.reliability`."""
