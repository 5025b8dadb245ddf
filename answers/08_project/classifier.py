"""Answers to classifier."""


# %% right: conv_dropout2d_pool
class Classifier(nn.Module):
    def __init__(self, height, width, num_classes):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 32, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(32, 64, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Dropout2d(0.1),
            nn.AdaptiveMaxPool2d((4, 4)),
        )
        self.head = nn.Linear(64 * 4 * 4, num_classes)

    def forward(self, X):
        return self.head(self.body(X).flatten(start_dim=1))


# %% right: dense_batchnorm_sequential_subclass
class Classifier(nn.Sequential):
    """Sequential brings its own forward."""

    def __init__(self, height: int, width: int, num_classes: int) -> None:
        super().__init__(
            nn.Flatten(),
            nn.Linear(height * width, 128),
            nn.BatchNorm1d(128),
            nn.GELU(),
            nn.Linear(128, num_classes),
        )


# %% right: residual_batchnorm
class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.one = nn.Conv2d(channels, channels, 3, padding="same", bias=False)
        self.two = nn.Conv2d(channels, channels, 3, padding="same", bias=False)
        self.norm1, self.norm2 = nn.BatchNorm2d(channels), nn.BatchNorm2d(channels)

    def forward(self, X):
        Y = self.norm2(self.two(F.relu(self.norm1(self.one(X)))))
        return F.relu(X + Y)


class Classifier(nn.Module):
    def __init__(self, height, width, num_classes):
        super().__init__()
        self.stem = nn.Conv2d(1, 24, 3, padding=1)
        self.block = Block(24)
        self.pool = nn.AdaptiveAvgPool2d(4)
        self.out = nn.Linear(24 * 16, num_classes)

    def forward(self, X):
        X = self.pool(self.block(F.relu(self.stem(X))))
        return self.out(torch.flatten(X, 1))


# %% right: mixer_of_rows_and_columns
class Mix(nn.Module):
    def __init__(self, size, rate):
        super().__init__()
        self.norm = nn.LayerNorm(size)
        self.net = nn.Sequential(
            nn.Linear(size, 4 * size),
            nn.GELU(),
            nn.Dropout(rate),
            nn.Linear(4 * size, size),
        )

    def forward(self, X):
        return X + self.net(self.norm(X))


class Classifier(nn.Module):
    """Rows are tokens: one net mixes within rows, one between rows, like MLP-Mixer."""

    def __init__(self, height, width, num_classes, features=32):
        super().__init__()
        self.embed = nn.Linear(width, features)
        self.within, self.between = Mix(features, 0.1), Mix(height, 0.1)
        self.out = nn.Linear(height * features, num_classes)

    def forward(self, X):
        X = self.within(self.embed(X[:, 0]))
        X = self.between(X.transpose(1, 2)).transpose(1, 2)
        return self.out(X.reshape(X.shape[0], -1))


# %% right: modulelist_functional_dropout
import itertools


class Classifier(nn.Module):
    def __init__(self, height, width, num_classes):
        super().__init__()
        sizes = [height * width, 128, 64, num_classes]
        self.layers = nn.ModuleList(
            nn.Linear(a, b) for a, b in itertools.pairwise(sizes)
        )

    def forward(self, X):
        *inner, last = self.layers
        X = X.reshape(len(X), -1)
        for layer in inner:
            X = F.dropout(layer(X).relu(), p=0.15, training=self.training)
        return last(X)


# %% right: dropout_right_before_logits
class Classifier(nn.Module):
    def __init__(self, height, width, num_classes):
        super().__init__()
        self.conv = nn.Conv2d(1, 32, kernel_size=3)
        rows, columns = (height - 2) // 2, (width - 2) // 2
        self.hidden = nn.Linear(32 * rows * columns, 96)
        self.regular = nn.Dropout(p=0.3)
        self.out = nn.Linear(96, num_classes)

    def forward(self, X):
        X = F.max_pool2d(F.leaky_relu(self.conv(X)), 2)
        X = F.leaky_relu(self.hidden(X.flatten(1)))
        return self.out(self.regular(X))


# %% right: groupnorm_with_dropout
class Classifier(nn.Module):
    def __init__(self, height, width, num_classes):
        super().__init__()
        layers = {
            "conv1": nn.Conv2d(1, 32, 3, padding=1),
            "norm1": nn.GroupNorm(4, 32),
            "act1": nn.SiLU(),
            "conv2": nn.Conv2d(32, 32, 3, stride=2, padding=1),
            "norm2": nn.GroupNorm(4, 32),
            "act2": nn.SiLU(),
            "drop": nn.Dropout(0.2),
            "flat": nn.Flatten(),
            "out": nn.Linear(
                32 * math.ceil(height / 2) * math.ceil(width / 2), num_classes
            ),
        }
        self.layers = nn.ModuleDict(layers)

    def forward(self, X):
        for layer in self.layers.values():
            X = layer(X)
        return X


# %% right: bare_parameters
class Classifier(nn.Module):
    """No nn.Linear: weights are parameters, the rest is functional."""

    def __init__(self, height, width, num_classes):
        super().__init__()
        pixels, hidden = height * width, 128
        self.W1 = nn.Parameter(torch.randn(hidden, pixels) * math.sqrt(2 / pixels))
        self.b1 = nn.Parameter(torch.zeros(hidden))
        self.W2 = nn.Parameter(torch.randn(num_classes, hidden) / math.sqrt(hidden))
        self.b2 = nn.Parameter(torch.zeros(num_classes))

    def forward(self, X):
        X = F.linear(X.flatten(1), self.W1, self.b1).clamp(min=0)
        X = F.dropout(X, 0.2, self.training)
        return X @ self.W2.T + self.b2


# %% right: batchnorm_of_the_input_only
class Classifier(nn.Module):
    """Batch norm of the one input channel, two dense layers, and maxout between them."""

    def __init__(self, height, width, num_classes):
        super().__init__()
        self.norm = nn.BatchNorm2d(1)
        self.hidden = nn.Linear(height * width, 2 * 96)
        self.out = nn.Linear(96, num_classes)

    def forward(self, X):
        X = self.hidden(self.norm(X).flatten(1))
        return self.out(X.unflatten(1, (2, 96)).amax(dim=1))


# %% right: selu_alpha_dropout_weight_norm
class Classifier(nn.Module):
    def __init__(self, height, width, num_classes):
        super().__init__()
        wn = nn.utils.parametrizations.weight_norm
        self.net = nn.Sequential(
            nn.Flatten(),
            wn(nn.Linear(height * width, 128)),
            nn.SELU(),
            nn.AlphaDropout(0.1),
            nn.Linear(128, num_classes),
        )

    def forward(self, X):
        return self.net(X)


# %% wrong: softmax_at_the_end
# fails: classifier-test-logits
# says: return logits; the loss applies softmax itself
# pitfall: 28
class Classifier(nn.Module):
    """Images (batch, 1, height, width) to logits (batch, num_classes)."""

    def __init__(self, height, width, num_classes):
        super().__init__()
        self.hidden = nn.Linear(height * width, 128)
        self.drop = nn.Dropout(0.2)
        self.out = nn.Linear(128, num_classes)

    def forward(self, X):
        """Return the logits."""
        X = X.flatten(1)
        X = self.drop(F.relu(self.hidden(X)))
        return F.softmax(self.out(X), dim=1)


# %% wrong: log_softmax_at_the_end
# fails: classifier-test-logits
# says: rows are logarithms of probabilities: return the last
class Classifier(nn.Module):
    """Images (batch, 1, height, width) to logits (batch, num_classes)."""

    def __init__(self, height, width, num_classes):
        super().__init__()
        self.hidden = nn.Linear(height * width, 128)
        self.drop = nn.Dropout(0.2)
        self.out = nn.Linear(128, num_classes)

    def forward(self, X):
        """Return the logits."""
        X = X.flatten(1)
        X = self.drop(F.relu(self.hidden(X)))
        return F.log_softmax(self.out(X), dim=1)


# %% wrong: sixty_four_pixels
# fails: classifier-test-logits
# fails: classifier-test-layers
class Classifier(nn.Module):
    """Images (batch, 1, height, width) to logits (batch, num_classes)."""

    def __init__(self, height, width, num_classes):
        super().__init__()
        self.hidden = nn.Linear(64, 128)
        self.drop = nn.Dropout(0.2)
        self.out = nn.Linear(128, num_classes)

    def forward(self, X):
        """Return the logits."""
        X = X.flatten(1)
        X = self.drop(F.relu(self.hidden(X)))
        return self.out(X)


# %% wrong: ten_classes
# fails: classifier-test-logits
# says: classes: logits
class Classifier(nn.Module):
    """Images (batch, 1, height, width) to logits (batch, num_classes)."""

    def __init__(self, height, width, num_classes):
        super().__init__()
        self.hidden = nn.Linear(height * width, 128)
        self.drop = nn.Dropout(0.2)
        self.out = nn.Linear(128, 10)

    def forward(self, X):
        """Return the logits."""
        X = X.flatten(1)
        X = self.drop(F.relu(self.hidden(X)))
        return self.out(X)


# %% wrong: square_only
# fails: classifier-test-logits
# fails: classifier-test-layers
class Classifier(nn.Module):
    """Images (batch, 1, height, width) to logits (batch, num_classes)."""

    def __init__(self, height, width, num_classes):
        super().__init__()
        self.hidden = nn.Linear(height * height, 128)
        self.drop = nn.Dropout(0.2)
        self.out = nn.Linear(128, num_classes)

    def forward(self, X):
        """Return the logits."""
        X = X.flatten(1)
        X = self.drop(F.relu(self.hidden(X)))
        return self.out(X)


# %% wrong: plain_list
# fails: classifier-test-layers
# says: weight matrices are registered, at least two expected: are
# pitfall: 21
class Classifier(nn.Module):
    def __init__(self, height, width, num_classes):
        super().__init__()
        self.hidden = [
            nn.Linear(height * width, 128),
            nn.ReLU(),
            nn.Linear(128, 128),
            nn.ReLU(),
        ]
        self.drop = nn.Dropout(0.2)
        self.out = nn.Linear(128, num_classes)

    def forward(self, X):
        X = X.flatten(1)
        for layer in self.hidden:
            X = layer(X)
        return self.out(self.drop(X))


# %% wrong: nothing_between
# fails: classifier-test-layers
# says: it is linear: put an activation between the layers
class Classifier(nn.Module):
    """Images (batch, 1, height, width) to logits (batch, num_classes)."""

    def __init__(self, height, width, num_classes):
        super().__init__()
        self.hidden = nn.Linear(height * width, 128)
        self.drop = nn.Dropout(0.2)
        self.out = nn.Linear(128, num_classes)

    def forward(self, X):
        """Return the logits."""
        X = X.flatten(1)
        X = self.drop(self.hidden(X))
        return self.out(X)


# %% wrong: one_layer
# fails: classifier-test-layers
# says: weight matrices are registered, at least two expected: are
class Classifier(nn.Module):
    def __init__(self, height, width, num_classes):
        super().__init__()
        self.drop = nn.Dropout(0.1)
        self.out = nn.Linear(height * width, num_classes)

    def forward(self, X):
        return self.out(self.drop(F.relu(X.flatten(1))))


# %% wrong: no_regularisation
# fails: classifier-test-regularised
# says: training and evaluation mode compute the same: dropout or
class Classifier(nn.Module):
    """Images (batch, 1, height, width) to logits (batch, num_classes)."""

    def __init__(self, height, width, num_classes):
        super().__init__()
        self.hidden = nn.Linear(height * width, 128)
        self.out = nn.Linear(128, num_classes)

    def forward(self, X):
        """Return the logits."""
        X = X.flatten(1)
        X = F.relu(self.hidden(X))
        return self.out(X)


# %% wrong: layer_norm_only
# fails: classifier-test-regularised
# says: training and evaluation mode compute the same: dropout or
class Classifier(nn.Module):
    """Images (batch, 1, height, width) to logits (batch, num_classes)."""

    def __init__(self, height, width, num_classes):
        super().__init__()
        self.hidden = nn.Linear(height * width, 128)
        self.drop = nn.LayerNorm(128)
        self.out = nn.Linear(128, num_classes)

    def forward(self, X):
        """Return the logits."""
        X = X.flatten(1)
        X = self.drop(F.relu(self.hidden(X)))
        return self.out(X)


# %% wrong: dropout_in_evaluation
# fails: classifier-test-layers
# says: one image, two results in evaluation mode: is there chance
# fails: classifier-test-regularised
# says: in evaluation mode an image's logits depend on its batch:
# pitfall: 26
class Classifier(nn.Module):
    """Images (batch, 1, height, width) to logits (batch, num_classes)."""

    def __init__(self, height, width, num_classes):
        super().__init__()
        self.hidden = nn.Linear(height * width, 128)
        self.out = nn.Linear(128, num_classes)

    def forward(self, X):
        """Return the logits."""
        X = X.flatten(1)
        X = F.dropout(F.relu(self.hidden(X)), 0.2)
        return self.out(X)


# %% wrong: batch_statistics_in_evaluation
# fails: classifier-test-logits
# fails: classifier-test-regularised
# says: training and evaluation mode compute the same: dropout or
class Classifier(nn.Module):
    """Images (batch, 1, height, width) to logits (batch, num_classes)."""

    def __init__(self, height, width, num_classes):
        super().__init__()
        self.hidden = nn.Linear(height * width, 128)
        self.drop = nn.BatchNorm1d(128, track_running_stats=False)
        self.out = nn.Linear(128, num_classes)

    def forward(self, X):
        """Return the logits."""
        X = X.flatten(1)
        X = self.drop(F.relu(self.hidden(X)))
        return self.out(X)


# %% wrong: hand_made_batch_norm
# fails: classifier-test-regularised
# says: in evaluation mode an image's logits depend on its batch:
class Classifier(nn.Module):
    """Images (batch, 1, height, width) to logits (batch, num_classes)."""

    def __init__(self, height, width, num_classes):
        super().__init__()
        self.hidden = nn.Linear(height * width, 128)
        self.drop = nn.Dropout(0.2)
        self.out = nn.Linear(128, num_classes)

    def forward(self, X):
        """Return the logits."""
        X = X.flatten(1)
        X = (X - X.mean(dim=0)) / (X.std(dim=0) + 1e-5)
        X = self.drop(F.relu(self.hidden(X)))
        return self.out(X)


# %% wrong: scaled_by_the_batch_maximum
# fails: classifier-test-layers
# says: it is linear: put an activation between the layers
# fails: classifier-test-regularised
# says: in evaluation mode an image's logits depend on its batch:
class Classifier(nn.Module):
    """Images (batch, 1, height, width) to logits (batch, num_classes)."""

    def __init__(self, height, width, num_classes):
        super().__init__()
        self.hidden = nn.Linear(height * width, 128)
        self.drop = nn.Dropout(0.2)
        self.out = nn.Linear(128, num_classes)

    def forward(self, X):
        """Return the logits."""
        X = X.flatten(1) / X.abs().max()
        X = self.drop(F.relu(self.hidden(X)))
        return self.out(X)


# %% wrong: squeeze_loses_the_batch
# fails: classifier-test-logits
# says: classes: logits
# fails: classifier-test-regularised
class Classifier(nn.Module):
    def __init__(self, height, width, num_classes):
        super().__init__()
        self.conv = nn.Conv2d(1, 64, 3, padding=1)
        self.norm = nn.BatchNorm2d(64)
        self.conv2 = nn.Conv2d(64, 128, 3, padding=1)
        self.out = nn.Conv2d(128, num_classes, 1)

    def forward(self, X):
        X = F.max_pool2d(F.relu(self.norm(self.conv(X))), 2)
        X = F.adaptive_max_pool2d(F.relu(self.conv2(X)), 1)
        return self.out(X).squeeze()


# %% wrong: head_made_in_forward
# fails: classifier-test-layers
# says: weight matrices are registered, at least two expected: are
# fails: classifier-test-regularised
# says: in evaluation mode an image's logits depend on its batch:
# fails: classifier-test-learns
# says: does the signal reach the end? (wide enough, no softmax,
# pitfall: 27
class Classifier(nn.Module):
    """Images (batch, 1, height, width) to logits (batch, num_classes)."""

    def __init__(self, height, width, num_classes):
        super().__init__()
        self.hidden = nn.Linear(height * width, 128)
        self.drop = nn.Dropout(0.2)
        self.num_classes = num_classes

    def forward(self, X):
        """Return the logits."""
        X = X.flatten(1)
        X = self.drop(F.relu(self.hidden(X)))
        return nn.Linear(128, self.num_classes).to(X.device)(X)


# %% wrong: detached
# fails: classifier-test-layers
# says: these parameters get no gradient, so they never learn
class Classifier(nn.Module):
    """Images (batch, 1, height, width) to logits (batch, num_classes)."""

    def __init__(self, height, width, num_classes):
        super().__init__()
        self.hidden = nn.Linear(height * width, 128)
        self.drop = nn.Dropout(0.2)
        self.out = nn.Linear(128, num_classes)

    def forward(self, X):
        """Return the logits."""
        X = X.flatten(1)
        X = self.drop(F.relu(self.hidden(X).detach()))
        return self.out(X)


# %% wrong: unused_layer
# fails: classifier-test-layers
# says: these parameters get no gradient, so they never learn
class Classifier(nn.Module):
    """Images (batch, 1, height, width) to logits (batch, num_classes)."""

    def __init__(self, height, width, num_classes):
        super().__init__()
        self.hidden = nn.Linear(height * width, 128)
        self.middle = nn.Linear(128, 128)
        self.drop = nn.Dropout(0.2)
        self.out = nn.Linear(128, num_classes)

    def forward(self, X):
        """Return the logits."""
        X = X.flatten(1)
        X = self.drop(F.relu(self.hidden(X)))
        return self.out(X)


# %% wrong: tensors_for_parameters
# fails: classifier-test-layers
# says: a network with the same state_dict computes other logits:
class Classifier(nn.Module):
    def __init__(self, height, width, num_classes):
        super().__init__()
        self.W = torch.randn(height * width, 128).div(8).requires_grad_()
        self.drop, self.out = nn.Dropout(0.2), nn.Linear(128, num_classes)
        self.middle = nn.Linear(128, 128)

    def forward(self, X):
        X = self.drop(F.relu(X.flatten(1) @ self.W))
        return self.out(F.relu(self.middle(X)))


# %% wrong: too_many_poolings
# fails: classifier-test-logits
# fails: classifier-test-layers
# fails: classifier-test-regularised
# fails: classifier-test-learns
class Classifier(nn.Module):
    def __init__(self, height, width, num_classes):
        super().__init__()
        layers, channels = [], 1
        for width_out in (16, 32, 64, 64):
            layers += [
                nn.Conv2d(channels, width_out, 3, padding=1),
                nn.BatchNorm2d(width_out),
                nn.ReLU(),
                nn.MaxPool2d(2),
            ]
            channels = width_out
        self.body = nn.Sequential(*layers)
        self.out = nn.Linear(64 * (height // 16) * (width // 16), num_classes)

    def forward(self, X):
        return self.out(self.body(X).flatten(1))


# %% equivalent: self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes)) => self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(12), nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes))
# reason: another sound design: the task leaves layers, sizes and dropout open


# %% equivalent: self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes)) => self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.Conv2d(12, 24, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes))
# reason: another sound design: the task leaves layers, sizes and dropout open


# %% equivalent: self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes)) => self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(24), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes))
# reason: another sound design: the task leaves layers, sizes and dropout open


# %% equivalent: self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes)) => self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.AdaptiveAvgPool2d(4), nn.ReLU(), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes))
# reason: another sound design: the task leaves layers, sizes and dropout open


# %% equivalent: self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes)) => self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Dropout(0.3), nn.Flatten(), nn.Linear(24 * 4 * 4, num_classes))
# reason: another sound design: the task leaves layers, sizes and dropout open


# %% equivalent: self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes)) => self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(24 * 4 * 4, num_classes), nn.Dropout(0.3))
# reason: another sound design: the task leaves layers, sizes and dropout open


# %% equivalent: self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes)) => self.layers = nn.Sequential(nn.Conv2d(1, 12, 3), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes))
# reason: another sound design: the task leaves layers, sizes and dropout open


# %% equivalent: self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes)) => self.layers = nn.Sequential(nn.Conv2d(1, 12, 4, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes))
# reason: another sound design: the task leaves layers, sizes and dropout open


# %% equivalent: self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes)) => self.layers = nn.Sequential(nn.Conv2d(1, 12, 2, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes))
# reason: another sound design: the task leaves layers, sizes and dropout open


# %% equivalent: self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes)) => self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=2), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes))
# reason: another sound design: the task leaves layers, sizes and dropout open


# %% equivalent: self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes)) => self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=0), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes))
# reason: another sound design: the task leaves layers, sizes and dropout open


# %% equivalent: self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes)) => self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes))
# reason: another sound design: the task leaves layers, sizes and dropout open


# %% equivalent: self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes)) => self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 4, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes))
# reason: another sound design: the task leaves layers, sizes and dropout open


# %% equivalent: self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes)) => self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 2, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes))
# reason: another sound design: the task leaves layers, sizes and dropout open


# %% equivalent: self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes)) => self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=2), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes))
# reason: another sound design: the task leaves layers, sizes and dropout open


# %% equivalent: self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes)) => self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=0), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes))
# reason: another sound design: the task leaves layers, sizes and dropout open


# %% equivalent: self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(24 * 4 * 4, num_classes)) => self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.0), nn.Linear(24 * 4 * 4, num_classes))
# reason: another sound design: the task leaves layers, sizes and dropout open
