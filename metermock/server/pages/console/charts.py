"""Bars as a path of SVG, made on the server: a page without script shows them too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Number = int | float


@dataclass(frozen=True, slots=True)
class Chart:
    """A row of bars, and what it says in words."""

    title: str
    times: tuple[str, ...]
    values: tuple[Number, ...]
    width: int = 300
    height: int = 56
    mean: Number | None = None
    """The mean over the whole span, where the bars are means and have no sum."""

    @property
    def total(self) -> Number:
        """What all bars say together: their sum, or the mean."""
        return sum(self.values) if self.mean is None else self.mean

    @property
    def most(self) -> Number:
        """The highest bar."""
        return max(self.values, default=0)

    @property
    def peak(self) -> str:
        """The day of the highest bar."""
        return self.times[self.values.index(self.most)][:10]

    @property
    def words(self) -> str:
        """What the picture shows, for whoever does not see it."""
        if not self.values:
            return f"{self.title}: nothing"
        span = f"{self.times[0][:10]} to {self.times[-1][:10]}"
        together = "in all" if self.mean is None else "on average"
        return (
            f"{self.title}, {span}: {spelled(self.total)} {together},"
            f" at most {spelled(self.most)} ({self.peak})"
        )

    @property
    def path(self) -> str:
        """The bars as the `d` of a path; a bar that is not nought can be seen."""
        return bars(self.values, self.width, self.height)


def mean_chart(title: str, times: tuple[str, ...], sums: Sequence[int], counts: Sequence[int]) -> Chart:
    """Return a chart of means: a sum for each bar, and of how many it is the sum."""
    means = tuple(total / count if count else 0 for total, count in zip(sums, counts, strict=True))
    return Chart(f"mean {title}", times, means, mean=sum(sums) / max(sum(counts), 1))


def bars(values: Sequence[Number], width: int, height: int) -> str:
    """Return bars that fill a width, the highest of them the height."""
    most = max([*values, 0])
    step = width / max(len(values), 1)
    wide = rounded(max(step - max(step * 0.25, 0.6), 0.4))
    drawn = []
    for index, value in enumerate(values):
        if value > 0 and most:
            high = rounded(max(value / most * height, 1.2))
            drawn.append(f"M{rounded(index * step)} {height}v-{high}h{wide}v{high}z")
    return "".join(drawn)


def rounded(number: float) -> str:
    """Write a coordinate with one digit behind the point."""
    return f"{number:.1f}".removesuffix(".0")


def spelled(number: Number | None) -> str:
    """Write a number with separators, and at most two digits behind the point."""
    if number is None:
        return "-"
    if isinstance(number, int) or number == int(number):
        return f"{int(number):,}"
    return f"{number:,.2f}".rstrip("0").rstrip(".")
