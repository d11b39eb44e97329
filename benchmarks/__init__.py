"""Times dsready and its peers, and compares what they find: `python -m benchmarks`."""
