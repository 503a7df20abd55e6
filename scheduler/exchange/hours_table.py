"""Hours for payroll as CSV and as a workbook: one row an agent, hours as numbers."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from scheduler.exchange.tables import figure, neutralise, write_csv
from scheduler.exchange.workbook import new_book, saved, text_cell
from scheduler.publishing.hours import Hours, Period

HOURS_COLUMNS = (
    "agent_id",
    "agent",
    "contracts",
    "from",
    "to",
    "rostered_hours",
    "worked_hours",
    "sick_hours",
    "no_show_hours",
    "late_hours",
    "on_call_hours",
    "holiday_hours",
    "holidays_owed",
    "overtime_hours",
    "overtime_weekday_hours",
    "overtime_weekend_hours",
    "overtime_holiday_hours",
    "unsocial_hours",
    "absence_days",
)


def hours_rows(found: Sequence[Hours], period: Period) -> list[dict[str, str | float]]:
    """Write every agent's hours as a row by column, not neutralised; absence as kind=days."""
    return [_row(each, period) for each in found]


def _row(each: Hours, period: Period) -> dict[str, str | float]:
    def hours(minutes: int) -> float:
        return round(minutes / 60, 4)

    cells: tuple[str | float, ...] = (
        each.agent_id,
        each.name,
        ";".join(each.contracts),
        period.first.isoformat(),
        period.last.isoformat(),
        hours(each.rostered),
        hours(each.worked),
        hours(each.sick),
        hours(each.no_show),
        hours(each.late),
        hours(each.on_call),
        hours(each.holiday_worked),
        float(each.holidays_owed),
        hours(sum(each.overtime.values())),
        *(hours(each.overtime[kind]) for kind in ("weekday", "weekend", "holiday")),
        hours(each.unsocial),
        ";".join(f"{kind}={days}" for kind, days in each.absence.items()),
    )
    return dict(zip(HOURS_COLUMNS, cells, strict=True))


def hours_csv(found: Sequence[Hours], period: Period) -> bytes:
    """Write hours as CSV, text neutralised."""
    rows = (
        [neutralise(cell) if isinstance(cell, str) else figure(cell) for cell in row.values()]
        for row in hours_rows(found, period)
    )
    return write_csv(HOURS_COLUMNS, rows)


def hours_workbook(found: Sequence[Hours], period: Period) -> bytes:
    """Write hours as the bytes of a workbook; hours are numbers, text is text whatever it says."""
    with new_book() as book:
        sheet = book.create_sheet("hours")
        sheet.freeze_panes = "C2"
        header = [text_cell(sheet, name, 1) for name in HOURS_COLUMNS]
        for cell in header:
            cell.font = Font(bold=True)
        sheet.append(header)
        for number, row in enumerate(hours_rows(found, period), start=2):
            sheet.append(
                [
                    text_cell(sheet, neutralise(cell), number)
                    if isinstance(cell, str)
                    else WriteOnlyCell(sheet, value=cell)
                    for cell in row.values()
                ]
            )
        return saved(book)
