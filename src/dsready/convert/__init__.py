"""From one record shape to another, through a normal form; whatever is lost on the way is named and counted."""

from dsready.convert.job import Conversion, Count, convert
from dsready.convert.shapes import SHAPES_WRITABLE

__all__ = ["SHAPES_WRITABLE", "Conversion", "Count", "convert"]
