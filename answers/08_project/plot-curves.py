"""Answers to plot-curves."""


# %% right: subplots_dashes_axvline
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    fig, ax = plt.subplots(figsize=(6, 3.5))
    for name, style, label in (
        ("train_loss", "-", "training"),
        ("val_loss", "--", "validation"),
    ):
        losses = history[name]
        ax.plot(range(1, len(losses) + 1), losses, linestyle=style, label=label)
    ax.axvline(
        best_epoch, color="grey", linestyle=":", label=f"best epoch: {best_epoch}"
    )
    ax.set_title("Loss while training")
    ax.set_xlabel("epoch")
    ax.set_ylabel("cross-entropy")
    ax.legend()
    return ax


# %% right: pyplot_state_machine
def plot_curves(history, best_epoch):
    """Draw with pyplot's functions alone."""
    plt.figure()
    plt.title("Losses by epoch")
    plt.xlabel("Epoch")
    plt.ylabel("Mean loss per image")
    plt.axvline(x=best_epoch, c="k", lw=0.8)
    plt.plot(
        np.arange(len(history["train_loss"])) + 1,
        history["train_loss"],
        "b-o",
        label="Training loss",
    )
    plt.plot(
        np.arange(len(history["val_loss"])) + 1,
        history["val_loss"],
        "b-s",
        label="Validation loss",
    )
    plt.legend(loc="best")
    return plt.gca()


# %% right: bare_figure_axline
from matplotlib.figure import Figure


def plot_curves(history, best_epoch):
    """Draw on a Figure that pyplot does not know."""
    ax = Figure(figsize=(6, 4)).add_subplot(
        title="Training and validation loss", xlabel="epoch", ylabel="loss"
    )
    epochs = torch.arange(1, len(history["train_loss"]) + 1).tolist()
    ax.plot(
        epochs, history["train_loss"], color="black", ls="solid", label="train_loss"
    )
    ax.plot(epochs, history["val_loss"], color="black", ls="dotted", label="val_loss")
    ax.axline((best_epoch, 0), (best_epoch, 1), color="black", lw=0.5)
    ax.legend()
    return ax


# %% right: mosaic_with_accuracy_below
def plot_curves(history, best_epoch):
    """Losses above, accuracy below; return the upper Axes."""
    fig, axes = plt.subplot_mosaic(
        [["loss"], ["accuracy"]], sharex=True, figsize=(6, 5)
    )
    loss, accuracy = axes["loss"], axes["accuracy"]
    loss.plot(*zip(*enumerate(history["train_loss"], 1)), marker=".", label="training")
    loss.plot(*zip(*enumerate(history["val_loss"], 1)), marker="x", label="validation")
    loss.axvline(best_epoch, linestyle="-.", color="tab:red")
    loss.set(title="Loss", xlabel="epoch", ylabel="cross-entropy")
    loss.legend()
    if history.get("val_accuracy"):
        accuracy.plot(
            *zip(*enumerate(history["val_accuracy"], 1)), label="validation accuracy"
        )
    accuracy.axvline(best_epoch, linestyle="-.", color="tab:red")
    accuracy.set(xlabel="epoch", ylabel="accuracy")
    return loss


# %% right: twin_axes_for_accuracy
def plot_curves(history, best_epoch):
    """Losses on the left scale, accuracy on a right scale of its own."""
    fig, ax = plt.subplots()
    (train,) = ax.plot(
        range(1, 1 + len(history["train_loss"])), history["train_loss"], "C0-"
    )
    (val,) = ax.plot(
        range(1, 1 + len(history["val_loss"])), history["val_loss"], "C1--"
    )
    handles, names = [train, val], ["training loss", "validation loss"]
    shares = history.get("val_accuracy") or []
    if shares:
        right = ax.twinx()
        (line,) = right.plot(range(1, 1 + len(shares)), shares, "C2:")
        right.set_ylabel("validation accuracy")
        handles, names = [*handles, line], [*names, "validation accuracy"]
    ax.axvline(best_epoch, alpha=0.5)
    ax.set_title("Learning curves")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.legend(handles, names)
    return ax


# %% right: markers_and_scatter_point
def plot_curves(history: dict, best_epoch: int) -> plt.Axes:
    """Same line style, other markers; one star marks the best epoch."""
    ax = plt.figure(figsize=(5, 3)).add_subplot(1, 1, 1)
    x = [k + 1 for k, _ in enumerate(history["val_loss"])]
    ax.plot(x, history["train_loss"], marker="o", label="loss on training images")
    ax.plot(x, history["val_loss"], marker="^", label="loss on validation images")
    ax.scatter(
        [best_epoch],
        [history["val_loss"][best_epoch - 1]],
        s=200,
        marker="*",
        color="black",
        zorder=3,
        label="kept epoch",
    )
    ax.set(title="How training went", xlabel="epoch, from 1", ylabel="loss")
    ax.legend(title="curves")
    return ax


# %% right: prop_cycle_and_vlines
def plot_curves(history, best_epoch):
    """Line styles from a cycle; the mark by vlines."""
    from cycler import cycler

    fig = plt.figure()
    ax = fig.subplots()
    ax.set_prop_cycle(
        cycler(color=["k", "0.5"]) + cycler(linestyle=["-", (0, (3, 1, 1, 1))])
    )
    for key in ("train_loss", "val_loss"):
        ax.plot(
            np.linspace(1, len(history[key]), len(history[key])),
            history[key],
            label=key,
        )
    both = [*history["train_loss"], *history["val_loss"]]
    ax.vlines(best_epoch, min(both), max(both), colors="k", linestyles="dotted")
    ax.set_title("Loss per epoch", loc="left")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.legend()
    return ax


# %% right: two_lines_in_one_call
def plot_curves(history, best_epoch):
    """Both curves by one plot call, the chosen epoch as a point on the curve."""
    train, val = np.asarray(history["train_loss"]), np.asarray(history["val_loss"])
    epochs = np.arange(1, len(train) + 1)
    _, ax = plt.subplots()
    lines = ax.plot(epochs, train, "k-", epochs, val, "k--")
    ax.plot(best_epoch, val[best_epoch - 1], "kD", fillstyle="none")
    ax.legend(lines, ("train", "val"))
    plt.setp(ax, title="Curves", xlabel="epoch", ylabel="loss")
    return ax


# %% wrong: epochs_from_zero
# fails: plot-curves-test-lines
# says: train_loss: epochs are counted from
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    fig, ax = plt.subplots()
    epochs = range(len(history["train_loss"]))
    ax.plot(epochs, history["train_loss"], "-", label="training loss")
    ax.plot(epochs, history["val_loss"], "--", label="validation loss")
    ax.axvline(best_epoch, color="grey", linestyle=":", label="best epoch")
    ax.set_title("Loss by epoch")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.legend()
    return ax


# %% wrong: epochs_as_words
# fails: plot-curves-test-lines
# says: train_loss: epochs are counted from
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    fig, ax = plt.subplots()
    epochs = [str(k + 1) for k in range(len(history["train_loss"]))]
    ax.plot(epochs, history["train_loss"], "-", label="training loss")
    ax.plot(epochs, history["val_loss"], "--", label="validation loss")
    ax.axvline(best_epoch, color="grey", linestyle=":", label="best epoch")
    ax.set_title("Loss by epoch")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.legend()
    return ax


# %% wrong: first_epoch_left_out
# fails: plot-curves-test-lines
# says: no line of the returned Axes shows train_loss
# fails: plot-curves-test-labels
# says: both curves look alike without colour: vary the style
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    fig, ax = plt.subplots()
    epochs = range(2, len(history["train_loss"]) + 1)
    ax.plot(epochs, history["train_loss"][1:], "-", label="training loss")
    ax.plot(epochs, history["val_loss"][1:], "--", label="validation loss")
    ax.axvline(best_epoch, color="grey", linestyle=":", label="best epoch")
    ax.set_title("Loss by epoch")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.legend()
    return ax


# %% wrong: val_counted_from_zero
# fails: plot-curves-test-lines
# says: val_loss: epochs are counted from
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    fig, ax = plt.subplots()
    epochs = range(1, len(history["train_loss"]) + 1)
    ax.plot(epochs, history["train_loss"], "-", label="training loss")
    ax.plot(history["val_loss"], "--", label="validation loss")
    ax.axvline(best_epoch, color="grey", linestyle=":", label="best epoch")
    ax.set_title("Loss by epoch")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.legend()
    return ax


# %% wrong: same_curve_twice
# fails: plot-curves-test-lines
# says: no line of the returned Axes shows val_loss
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    fig, ax = plt.subplots()
    epochs = range(1, len(history["train_loss"]) + 1)
    ax.plot(epochs, history["train_loss"], "-", label="training loss")
    ax.plot(epochs, history["train_loss"], "--", label="validation loss")
    ax.axvline(best_epoch, color="grey", linestyle=":", label="best epoch")
    ax.set_title("Loss by epoch")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.legend()
    return ax


# %% wrong: only_colours_differ
# fails: plot-curves-test-labels
# says: both curves look alike without colour: vary the style
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    fig, ax = plt.subplots()
    epochs = range(1, len(history["train_loss"]) + 1)
    ax.plot(epochs, history["train_loss"], "C0-", label="training loss")
    ax.plot(epochs, history["val_loss"], "C1-", label="validation loss")
    ax.axvline(best_epoch, color="grey", linestyle=":", label="best epoch")
    ax.set_title("Loss by epoch")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.legend()
    return ax


# %% wrong: only_width_differs
# fails: plot-curves-test-labels
# says: both curves look alike without colour: vary the style
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    fig, ax = plt.subplots()
    epochs = range(1, len(history["train_loss"]) + 1)
    ax.plot(epochs, history["train_loss"], "-", linewidth=1, label="training loss")
    ax.plot(
        epochs,
        history["val_loss"],
        "-",
        linewidth=3,
        alpha=0.5,
        label="validation loss",
    )
    ax.axvline(best_epoch, color="grey", linestyle=":", label="best epoch")
    ax.set_title("Loss by epoch")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.legend()
    return ax


# %% wrong: mark_one_off
# fails: plot-curves-test-lines
# says: it should be marked, marks are at
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    fig, ax = plt.subplots()
    epochs = range(1, len(history["train_loss"]) + 1)
    ax.plot(epochs, history["train_loss"], "-", label="training loss")
    ax.plot(epochs, history["val_loss"], "--", label="validation loss")
    ax.axvline(best_epoch - 1, color="grey", linestyle=":", label="best epoch")
    ax.set_title("Loss by epoch")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.legend()
    return ax


# %% wrong: mark_from_argmin
# fails: plot-curves-test-lines
# says: it should be marked, marks are at
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    fig, ax = plt.subplots()
    epochs = range(1, len(history["train_loss"]) + 1)
    ax.plot(epochs, history["train_loss"], "-", label="training loss")
    ax.plot(epochs, history["val_loss"], "--", label="validation loss")
    ax.axvline(
        int(np.argmin(history["val_loss"])) + 1,
        color="grey",
        linestyle=":",
        label="best epoch",
    )
    ax.set_title("Loss by epoch")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.legend()
    return ax


# %% wrong: horizontal_mark
# fails: plot-curves-test-lines
# says: it should be marked, marks are at
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    fig, ax = plt.subplots()
    epochs = range(1, len(history["train_loss"]) + 1)
    ax.plot(epochs, history["train_loss"], "-", label="training loss")
    ax.plot(epochs, history["val_loss"], "--", label="validation loss")
    ax.axhline(
        history["val_loss"][best_epoch - 1],
        color="grey",
        linestyle=":",
        label="best epoch",
    )
    ax.set_title("Loss by epoch")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.legend()
    return ax


# %% wrong: no_mark
# fails: plot-curves-test-lines
# says: it should be marked, marks are at
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    fig, ax = plt.subplots()
    epochs = range(1, len(history["train_loss"]) + 1)
    ax.plot(epochs, history["train_loss"], "-", label="training loss")
    ax.plot(epochs, history["val_loss"], "--", label="validation loss")
    ax.set_title(f"Loss by epoch, best is {best_epoch}")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.legend()
    return ax


# %% wrong: legend_before_lines
# fails: plot-curves-test-labels
# says: the legend names
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    fig, ax = plt.subplots()
    epochs = range(1, len(history["train_loss"]) + 1)
    ax.legend()
    ax.plot(epochs, history["train_loss"], "-", label="training loss")
    ax.plot(epochs, history["val_loss"], "--", label="validation loss")
    ax.axvline(best_epoch, color="grey", linestyle=":", label="best epoch")
    ax.set_title("Loss by epoch")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    return ax


# %% wrong: legend_names_one
# fails: plot-curves-test-labels
# says: the legend names
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    fig, ax = plt.subplots()
    epochs = range(1, len(history["train_loss"]) + 1)
    ax.plot(epochs, history["train_loss"], "-", label="training loss")
    ax.plot(epochs, history["val_loss"], "--")
    ax.axvline(best_epoch, color="grey", linestyle=":", label="best epoch")
    ax.set_title("Loss by epoch")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.legend()
    return ax


# %% wrong: legend_names_the_mark
# fails: plot-curves-test-labels
# says: the legend names
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    fig, ax = plt.subplots()
    epochs = range(1, len(history["train_loss"]) + 1)
    ax.axvline(best_epoch, color="grey", linestyle=":")
    ax.plot(epochs, history["train_loss"], "-", label="training loss")
    ax.plot(epochs, history["val_loss"], "--", label="validation loss")
    ax.set_title("Loss by epoch")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.legend(["training", "validation"])
    return ax


# %% wrong: no_legend
# fails: plot-curves-test-labels
# says: there is no legend: label the lines, then ax.legend
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    fig, ax = plt.subplots()
    epochs = range(1, len(history["train_loss"]) + 1)
    ax.plot(epochs, history["train_loss"], "-", label="training loss")
    ax.plot(epochs, history["val_loss"], "--", label="validation loss")
    ax.axvline(best_epoch, color="grey", linestyle=":", label="best epoch")
    ax.set_title("Loss by epoch")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    return ax


# %% wrong: no_title
# fails: plot-curves-test-labels
# says: the picture has no title
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    fig, ax = plt.subplots()
    epochs = range(1, len(history["train_loss"]) + 1)
    ax.plot(epochs, history["train_loss"], "-", label="training loss")
    ax.plot(epochs, history["val_loss"], "--", label="validation loss")
    ax.axvline(best_epoch, color="grey", linestyle=":", label="best epoch")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.legend()
    return ax


# %% wrong: no_y_label
# fails: plot-curves-test-labels
# says: the y axis has no label: which loss, per what?
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    fig, ax = plt.subplots()
    epochs = range(1, len(history["train_loss"]) + 1)
    ax.plot(epochs, history["train_loss"], "-", label="training loss")
    ax.plot(epochs, history["val_loss"], "--", label="validation loss")
    ax.axvline(best_epoch, color="grey", linestyle=":", label="best epoch")
    ax.set_title("Loss by epoch")
    ax.set_xlabel("epoch")
    ax.legend()
    return ax


# %% wrong: title_of_the_next
# fails: plot-curves-test-labels
# says: the x axis has no label: epochs of what?
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    fig, (ax, other) = plt.subplots(2)
    other.plot(history.get("val_accuracy", []))
    epochs = range(1, len(history["train_loss"]) + 1)
    ax.plot(epochs, history["train_loss"], "-", label="training loss")
    ax.plot(epochs, history["val_loss"], "--", label="validation loss")
    ax.axvline(best_epoch, color="grey", linestyle=":", label="best epoch")
    ax.set_title("Loss by epoch")
    plt.xlabel("epoch")
    plt.ylabel("loss")
    ax.legend()
    return ax


# %% wrong: current_figure
# fails: plot-curves-test-lines
# says: each call should make one figure, of its own
# fails: plot-curves-test-labels
# says: each call should make one figure, of its own
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    ax = plt.gca()
    epochs = range(1, len(history["train_loss"]) + 1)
    ax.plot(epochs, history["train_loss"], "-", label="training loss")
    ax.plot(epochs, history["val_loss"], "--", label="validation loss")
    ax.axvline(best_epoch, color="grey", linestyle=":", label="best epoch")
    ax.set_title("Loss by epoch")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.legend()
    return ax


# %% wrong: figure_with_a_fixed_name
# fails: plot-curves-test-lines
# says: each call should make one figure, of its own
# fails: plot-curves-test-labels
# says: each call should make one figure, of its own
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    fig, ax = plt.subplots(num="curves", clear=True)
    epochs = range(1, len(history["train_loss"]) + 1)
    ax.plot(epochs, history["train_loss"], "-", label="training loss")
    ax.plot(epochs, history["val_loss"], "--", label="validation loss")
    ax.axvline(best_epoch, color="grey", linestyle=":", label="best epoch")
    ax.set_title("Loss by epoch")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.legend()
    return ax


# %% wrong: two_axes
# fails: plot-curves-test-lines
# says: no line of the returned Axes shows val_loss
# fails: plot-curves-test-labels
# says: both curves look alike without colour: vary the style
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    fig, (ax, ax2) = plt.subplots(1, 2)
    epochs = range(1, len(history["train_loss"]) + 1)
    ax.plot(epochs, history["train_loss"], "-", label="training loss")
    ax2.plot(epochs, history["val_loss"], "--", label="validation loss")
    ax.axvline(best_epoch, color="grey", linestyle=":", label="best epoch")
    ax.set_title("Loss by epoch")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.legend()
    ax2.legend()
    return ax


# %% wrong: val_on_twin_axis
# fails: plot-curves-test-lines
# says: no line of the returned Axes shows val_loss
# fails: plot-curves-test-labels
# says: both curves look alike without colour: vary the style
def plot_curves(history, best_epoch):
    """Draw both losses against the epoch, mark the best one; return the Axes."""
    fig, ax = plt.subplots()
    epochs = range(1, len(history["train_loss"]) + 1)
    ax.plot(epochs, history["train_loss"], "-", label="training loss")
    twin = ax.twinx()
    (line,) = twin.plot(epochs, history["val_loss"], "--")
    ax.axvline(best_epoch, color="grey", linestyle=":", label="best epoch")
    ax.set_title("Loss by epoch")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.legend([ax.lines[0], line], ["training loss", "validation loss"])
    return ax


# %% equivalent: fig, ax = plt.subplots(figsize=(6, 3)) => fig, ax = plt.subplots()
# reason: the look of the picture is open, as long as the task's words hold


# %% equivalent: fig, ax = plt.subplots(figsize=(6, 3)) => fig, ax = plt.subplots(figsize=(7, 3))
# reason: the look of the picture is open, as long as the task's words hold


# %% equivalent: fig, ax = plt.subplots(figsize=(6, 3)) => fig, ax = plt.subplots(figsize=(5, 3))
# reason: the look of the picture is open, as long as the task's words hold


# %% equivalent: fig, ax = plt.subplots(figsize=(6, 3)) => fig, ax = plt.subplots(figsize=(6, 4))
# reason: the look of the picture is open, as long as the task's words hold


# %% equivalent: fig, ax = plt.subplots(figsize=(6, 3)) => fig, ax = plt.subplots(figsize=(6, 2))
# reason: the look of the picture is open, as long as the task's words hold


# %% equivalent: ax.axvline(best_epoch, color='grey', ls=':', label=f'kept: epoch {best_epoch}') => ax.axvline(best_epoch, ls=':', label=f'kept: epoch {best_epoch}')
# reason: the look of the picture is open, as long as the task's words hold


# %% equivalent: ax.axvline(best_epoch, color='grey', ls=':', label=f'kept: epoch {best_epoch}') => ax.axvline(best_epoch, color='grey', label=f'kept: epoch {best_epoch}')
# reason: the look of the picture is open, as long as the task's words hold


# %% equivalent: ax.axvline(best_epoch, color='grey', ls=':', label=f'kept: epoch {best_epoch}') => ax.axvline(best_epoch, color='grey', ls=':')
# reason: the look of the picture is open, as long as the task's words hold


# %% equivalent: ax.set(title='Training and validation', xlabel='epoch', yscale='log') => ax.set(title='Training and validation', xlabel='epoch')
# reason: the look of the picture is open, as long as the task's words hold
