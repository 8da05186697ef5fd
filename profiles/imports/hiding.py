"""Cells of a file as they are shown to whoever may not see people in the clear."""

from collections.abc import Collection, Sequence

from profiles.imports.synonyms import suggest
from workspaces.masking import mask_address, mask_at


def hide(column: str, cell: str, hidden: Collection[str] | None) -> str:
    """A cell under a header; `hidden` are the personal keys, None: nothing is hidden.

    What the header says is an identity is hidden whole, as is what stands under a personal key.
    """
    if hidden is None:
        return cell
    target = suggest("people", column, ())
    if target["target"] == "identity":
        return mask_address(cell)
    known = str(target.get("key", "")).lower()
    return str(mask_at([known if known in hidden else column.strip()], cell, hidden))


def hide_row(columns: Sequence[str], cells: Sequence[str], hidden: Collection[str] | None) -> list[str]:
    """A row; what has no header is hidden by what it looks like."""
    names = [*columns, *[""] * max(len(cells) - len(columns), 0)]
    return [hide(name, cell, hidden) for name, cell in zip(names, cells, strict=False)]
