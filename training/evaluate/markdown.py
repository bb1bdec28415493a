"""Figures as Markdown, for reports and cards."""

from typing import Any


def table(rows: list[dict[str, Any]]) -> str:
    """Rows of the same keys as Markdown."""
    heads = list(rows[0])
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    for row in rows:
        cells = (f"{value:.3f}" if isinstance(value, float) else str(value) for value in row.values())
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
