"""One linear layer behind dropout: softmax regression. Breaks step 3 (classifier): "At least two
layers with weights, and something that is not linear between them." It reaches about 95 %, so
the student sees no need for more.
base: right_sklearn_style
"""


# fails: classifier-test-layers
# says: weight matrices are registered, at least two expected: are


# %% classifier
class Classifier(nn.Module):
    """Images (batch, 1, height, width) to logits (batch, num_classes)."""

    def __init__(self, height, width, num_classes):
        super().__init__()
        self.dropout = nn.Dropout(p=0.1)
        self.out = nn.Linear(height * width, num_classes)

    def forward(self, X):
        """Return the logits."""
        return self.out(self.dropout(X.flatten(1)))
