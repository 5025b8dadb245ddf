"""Classes that nbgrader loads by name, and the pages that it makes with them."""
