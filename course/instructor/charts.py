"""The charts of a report, as SVG that a page holds within itself."""

import base64
import io

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course.base.status import Status

STANDINGS = (Status.RIGHT, Status.NOT_YET, Status.NOT_ATTEMPTED, Status.WAITING)
STYLES = {  # colour and hatch: either tells the outcomes apart
    Status.RIGHT: ("#2b7bba", ""),
    Status.NOT_YET: ("#f2a65a", "///"),
    Status.NOT_ATTEMPTED: ("#d9d9d9", "..."),
    Status.WAITING: ("#ffffff", "xx"),
}
BINS = 10


def histogram(scores: list[float], most: float) -> str:
    """A histogram of points, as a data URL."""
    figure = Figure(figsize=(5, 2.4), layout="constrained")
    axes: Axes = figure.subplots()
    edges = [most * k / BINS for k in range(BINS + 1)]
    axes.hist(
        [min(score, most) for score in scores],
        edges,
        color=STYLES[Status.RIGHT][0],
        edgecolor="white",
    )
    axes.set(xlabel=f"points, of {most:g}", ylabel="submissions", xlim=(0, most))
    axes.yaxis.get_major_locator().set_params(integer=True)
    _hide_frame(axes)
    return _data_url(figure)


def bars(names: list[str], shares: dict[str, list[float]]) -> str:
    """Stacked bars, as a data URL; `shares`: by outcome, one for each name, 0 to 1."""
    figure = Figure(figsize=(7, 0.8 + 0.34 * len(names)), layout="constrained")
    axes: Axes = figure.subplots()
    left = [0.0] * len(names)
    for outcome, those in shares.items():
        widths = [100 * share for share in those]
        colour, hatch = STYLES[outcome]
        axes.barh(
            names,
            widths,
            left=left,
            color=colour,
            hatch=hatch,
            edgecolor="#555555",
            label=outcome,
        )
        left = [a + b for a, b in zip(left, widths, strict=True)]
    axes.invert_yaxis()
    axes.set(xlabel="share of submissions, %", xlim=(0, 100))
    figure.legend(loc="outside upper center", ncols=len(shares), frameon=False)
    _hide_frame(axes)
    return _data_url(figure)


def _hide_frame(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)


def _data_url(figure: Figure) -> str:
    file = io.BytesIO()
    figure.savefig(file, format="svg")
    return f"data:image/svg+xml;base64,{base64.b64encode(file.getvalue()).decode()}"
