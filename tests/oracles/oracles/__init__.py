"""The real validators, asked what they think of a record: they are the measure of `dsready.targets`."""
