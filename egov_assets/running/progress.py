"""One progress bar per chapter on a terminal; one line per finished chapter where there is no terminal."""

from collections.abc import Callable, Mapping
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


class ChapterBars:
    """Bars named by chapter, in the order in which they are added."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            TextColumn("{task.description:<18}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[unit]}"),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        for task in self._tasks.values():  # of what may be made not all had to be
            state = self._progress.tasks[task]
            if state.started and not state.finished:
                self._progress.update(task, total=state.completed)
                self._say_when_finished(task)
        self._progress.stop()

    def follow(self, chapter: str) -> Callable[[str, int, int], None]:
        """A bar for work that itself says what it did, and how many of how many steps are done."""
        task = self._progress.add_task(chapter, total=None, unit="")

        def show(what: str, done: int, total: int) -> None:
            self._progress.update(task, total=total, completed=done, unit=what)
            self._say_when_finished(task)

        return show

    def add(self, totals: Mapping[str, int], unit: str = "tables") -> None:
        """Begin a bar for each chapter, all at zero."""
        for chapter, total in totals.items():
            self._tasks[chapter] = self._progress.add_task(chapter, total=total, unit=unit, start=False)

    def advance(self, chapter: str, made: int) -> None:
        """So many more tables of the chapter are there; its clock runs from the first call, which may tell of none yet,
        to that of the last table."""
        task = self._tasks[chapter]
        if not self._progress.tasks[task].started:
            self._progress.start_task(task)
        self._progress.advance(task, made)
        self._say_when_finished(task)

    def _say_when_finished(self, task: TaskID) -> None:
        state = self._progress.tasks[task]
        if state.finished and not self._console.is_terminal:
            self._console.print(f"{state.description}: {state.completed:g} done in {state.elapsed:.0f} s")
