# SPDX-License-Identifier: Apache-2.0
"""The benchmarks by name, in the order in which they run."""
import functools

benches = {}


def bench(*entries):
    """Registers a function that yields figures: under each entry's name, called with a lab and what follows the description."""

    def register(function):
        for name, description, *args in entries:
            benches[name] = (description, functools.partial(_run, function, args))
        return function

    return register


def _run(function, args, lab):
    return function(lab, *args)


def chosen(names):
    """The benches named, or whose names begin so ("answer"); all, if none is named."""
    unknown = [name for name in names if not any(_fits(one, name) for one in benches)]
    if unknown:
        raise LookupError(f"no benchmark is called {' or '.join(unknown)}; --list shows them")
    return {one: what for one, what in benches.items() if not names or any(_fits(one, name) for name in names)}


def _fits(one, name):
    return one == name or one.startswith(f"{name}-")
