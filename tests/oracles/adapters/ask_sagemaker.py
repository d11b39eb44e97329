"""
SageMaker's customization: whether it knows the format of a file, by its first line; with the part `strict`, the
stricter validation of the techniques, row by row. A row is judged by all its schemas.
"""

import re

from answering import accepted, lines, refused, said, serve
from stand_ins import bare, pretend

bare("sagemaker", "sagemaker.ai_registry")
pretend("sagemaker.core")

from sagemaker.ai_registry import dataset_validation
from sagemaker.ai_registry.dataset_format_detector import DatasetFormatDetector


def file(path, part):
    """Validate a file."""
    if part == "strict":
        try:
            dataset_validation.validate_dataset(str(path), "auto")
        except Exception as error:
            row = re.search(r"row (\d+)", str(error))
            return refused(said(error), [at for at, _ in lines(path)][int(row[1])] if row else None)
    elif not DatasetFormatDetector.validate_dataset(str(path)):
        return refused("Unable to detect format")
    return accepted()


serve(file=file)
