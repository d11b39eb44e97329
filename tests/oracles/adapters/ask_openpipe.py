"""The types of OpenPipe's client: an entry of a data set."""

from openpipe.client import CreateDatasetEntriesRequestEntriesItem

from answering import serve


def row(value, part):
    """Validate an entry."""
    CreateDatasetEntriesRequestEntriesItem.parse_obj(value)


serve(row=row)
