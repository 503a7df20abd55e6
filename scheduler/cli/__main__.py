"""``python -m scheduler.cli`` is ``callboard``."""

from scheduler.cli import main

main()
