"""Together's client: its check of a file before the upload, in both generations of the package."""

import os
import re

os.environ["TOGETHER_NO_BANNER"] = "1"

from answering import accepted, refused, serve

try:
    from together.lib.utils.files import check_file
except ImportError:
    from together.utils.files import check_file


def file(path, part):
    """Check a file, and find the line it complains of."""
    report = check_file(path)
    if report["is_check_passed"]:
        return accepted()
    message = report.get("message") or ("File is not UTF-8 encoded" if report.get("utf8") is False else str(report))
    line = re.search(r"line (?:number )?(\d+)", message)
    return refused(message, int(line[1]) if line else None)


serve(file=file)
