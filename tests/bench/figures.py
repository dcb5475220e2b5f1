# SPDX-License-Identifier: Apache-2.0
"""What a benchmark found: a value, the limit that was measured beside it, and their ratio against the aim."""
import dataclasses
import statistics


@dataclasses.dataclass
class Figure:
    """`values` and `limits` belong together, one pair of each round: the ratio is the median of the rounds' ratios."""

    name: str
    unit: str
    values: list
    limits: list
    at_least: float | None = None
    at_most: float | None = None
    note: str = ""

    @property
    def ratios(self):
        return [value / limit for value, limit in zip(self.values, self.limits, strict=True)]

    @property
    def ratio(self):
        return statistics.median(self.ratios)

    @property
    def is_missed(self):
        if self.at_least is not None:
            return self.ratio < self.at_least
        return self.at_most is not None and self.ratio > self.at_most

    @property
    def aim(self):
        if self.at_least is not None:
            return f">={self.at_least:.2f}"
        return "-" if self.at_most is None else f"<={self.at_most:.2f}"

    def __str__(self):
        remarks = [f"{min(self.ratios):.2f}..{max(self.ratios):.2f}"] if len(self.ratios) > 1 else []
        remarks += [self.note] if self.note else []
        return (
            f"{self.name} {_number(statistics.median(self.values))} {self.unit} limit {_number(statistics.median(self.limits))}"
            f" ratio {self.ratio:.2f} aim {self.aim}"
            + (f" ({'; '.join(remarks)})" if remarks else "")
            + (" MISSED" if self.is_missed else "")
        )


def _number(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
