"""Names of queues: as the export writes them, and as the house calls them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from scheduler.exchange.interval_rows import Cells, Ints, Mask, Place
from scheduler.exchange.notation import read_text
from scheduler.exchange.refusal import refuse

MOST_QUEUES = 500
LONGEST_NAME = 200
UNWANTED = -1


@dataclass(slots=True)
class QueueNames:
    """Numbers the queues of a file in the order in which it names them.

    Attributes
    ----------
    queue_map
        The house's name for a queue of the file; None leaves it out.
    only_queue
        Name of the queue where a row names none.
    other_queues
        Whether queues that are not in the map are kept, under their own names.
    names
        The house's names found so far; the position of each is its number.
    """

    queue_map: Mapping[str, str | None]
    only_queue: str
    other_queues: bool = True
    names: list[str] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def read(self, cells: Cells, place: Place) -> tuple[Ints, Mask]:
        """Return the number of every row's queue, and where its name can be one.

        The number of a queue that is left out is :data:`UNWANTED`.
        """
        used = Cells(name=cells.name or "queue", texts=cells.texts, codes=cells.codes)
        numbers, fine = place.parse(used, self.number)
        return np.where(fine, numbers, UNWANTED).astype(np.int64), fine

    @property
    def unwanted(self) -> tuple[str, ...]:
        """Names in the file of queues that are left out."""
        return tuple(name for name, number in self._numbers.items() if number == UNWANTED)

    def number(self, written: str) -> float:
        """Return the number of a queue by the name that the file writes.

        Raises
        ------
        InputError
            The name holds control characters or is too long, or there are too many queues.
        """
        if written not in self._numbers:
            self._numbers[written] = self._new(written)
        return self._numbers[written]

    def _new(self, written: str) -> int:
        own = (written or self.only_queue) if self.other_queues else None
        name = self.queue_map.get(written, own)
        if name is None:
            return UNWANTED
        # A semicolon separates queues in the house's own tables.
        name = " ".join(read_text(name).replace(";", ",").split()) or self.only_queue
        if len(name) > LONGEST_NAME:
            refuse(f"the name of a queue, at most {LONGEST_NAME} characters", written)
        if name not in self.names:
            if len(self.names) == MOST_QUEUES:
                refuse(f"at most {MOST_QUEUES} queues; queue_from names the column", written)
            self.names.append(name)
        return self.names.index(name)
