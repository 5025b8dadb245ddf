"""The residual blocks live in a Python list, so they are neither trained nor saved. Breaks step 3
(classifier): "All layers are registered". The student does not know `nn.ModuleList`.
base: right_residual_mlp
"""


# fails: classifier-test-regularised
# says: training and evaluation mode compute the same: dropout or


# %% classifier
class Block(nn.Module):
    """x + f(x), with f a small dense network that starts as zero."""

    def __init__(self, width, dropout):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, 2 * width)
        self.down = nn.Linear(2 * width, width)
        self.drop = nn.Dropout(dropout)
        nn.init.zeros_(self.down.weight)
        nn.init.zeros_(self.down.bias)

    def forward(self, x):
        return x + self.drop(self.down(F.gelu(self.up(self.norm(x)))))


class Classifier(nn.Module):
    """Images (batch, 1, height, width) to logits (batch, num_classes)."""

    def __init__(self, height, width, num_classes):
        super().__init__()
        self.stem = nn.Linear(height * width, 128)
        self.blocks = [Block(128, 0.3) for _ in range(3)]
        self.norm = nn.LayerNorm(128)
        self.head = nn.Linear(128, num_classes)

    def forward(self, X):
        """Return the logits."""
        x = self.stem(X.flatten(start_dim=1))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))
