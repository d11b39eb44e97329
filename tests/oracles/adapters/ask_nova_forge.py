"""
Amazon's Nova Forge: its validators of data sets, offline. The part is sft or rft, with the model after a slash.

Image rows would ask the store for size and contents of each object: a client answers for which each is a small file of
the kind that its name says.
"""

import json
import re
import sys
import typing
from types import SimpleNamespace

import boto3
import typing_extensions

from answering import accepted, lines, refused, said, serve
from stand_ins import bare

typing.override = getattr(typing, "override", typing_extensions.override)
#: What files of each kind begin with.
_MAGIC = {
    "png": b"\x89PNG\r\n\x1a\n",
    "jpg": b"\xff\xd8\xff\xe0",
    "jpeg": b"\xff\xd8\xff\xe0",
    "gif": b"GIF89a",
    "webp": b"RIFF\0\0\0\0WEBPVP8 ",
    "bmp": b"BM",
    "mp4": b"\0\0\0\x18ftypmp42",
    "pdf": b"%PDF-1.7",
}


def _object(**where):
    head = _MAGIC.get(where["Key"].rpartition(".")[2].lower(), b"")
    return {"Body": SimpleNamespace(read=lambda *_: head.ljust(262, b"\0"))}


boto3.client = lambda *_, **__: SimpleNamespace(
    head_object=lambda **_: {"ContentLength": 1000}, get_object=_object, download_fileobj=lambda **_: None
)
_TRACKS = [
    SimpleNamespace(track_type="Image", width=100, height=100),
    SimpleNamespace(track_type="Video", duration=9000),
]
sys.modules["pymediainfo"] = SimpleNamespace(MediaInfo=SimpleNamespace(parse=lambda _: SimpleNamespace(tracks=_TRACKS)))
bare(
    "amzn_nova_forge",
    "amzn_nova_forge.core",
    "amzn_nova_forge.dataset",
    "amzn_nova_forge.dataset.configs",
    "amzn_nova_forge.dataset.dataset_validator",
    "amzn_nova_forge.validation",
    "amzn_nova_forge.util",
    "amzn_nova_forge.model",
)

from amzn_nova_forge.core.enums import Model
from amzn_nova_forge.dataset.dataset_validator.rft_dataset_validator import RFTDatasetValidator
from amzn_nova_forge.dataset.dataset_validator.sft_dataset_validator import SFTDatasetValidator


def validate(rows, part):
    """Validate rows; their number is left alone, for it is the number of a whole file."""
    kind, _, model = (part or "sft").partition("/")
    model = Model[model or "NOVA_LITE_2"]
    if kind == "rft":
        RFTDatasetValidator(model).validate(iter(rows), model, region="us-east-1")
    else:
        SFTDatasetValidator().validate(iter(rows), model, region="us-east-1")


def row(value, part):
    """Validate a row."""
    validate([value], part)


def file(path, part):
    """Validate a file; its samples are counted from nought and blank lines are none."""
    found = []
    for number, line in lines(path):
        try:
            found.append((number, json.loads(line)))
        except ValueError as error:
            return refused(said(error), number)
    try:
        validate([value for _, value in found], part)
    except ValueError as error:
        named = {int(at) for at in re.findall(r"^Sample (\d+):", str(error), re.MULTILINE)}
        rows = {found[at][0]: f"refuse: {said(error)}" for at in sorted(named)}
        return accepted(rows) | {"accepted": False, "error": said(error)}
    return accepted()


serve(row=row, file=file)
