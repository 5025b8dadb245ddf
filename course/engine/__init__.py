"""The grading engine: warm kernels, confined; workers that execute; one writer."""
