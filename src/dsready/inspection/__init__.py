"""All that is known of one record, for whoever wants to look at it: `dsready show`."""

from dsready.inspection.job import inspect, inspect_cluster
from dsready.inspection.model import Cluster, Difference, Inspected, Inspection, Other, Said

__all__ = ["Cluster", "Difference", "Inspected", "Inspection", "Other", "Said", "inspect", "inspect_cluster"]
