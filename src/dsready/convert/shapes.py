"""All shapes that can be read, and those that can be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsready.convert import bedrock, chat, flat, gemini, preference, sharegpt

if TYPE_CHECKING:
    from dsready.convert.layout import Layout

#: By id. An id that stands for several spellings reads all of them and writes one.
SHAPES_WRITABLE: dict[str, Layout] = {
    layout.id: layout for module in (chat, sharegpt, flat, preference, bedrock, gemini) for layout in module.LAYOUTS
}
SHAPES_READABLE: dict[str, Layout] = {**SHAPES_WRITABLE, **{layout.id: layout for layout in preference.READ_ONLY}}
