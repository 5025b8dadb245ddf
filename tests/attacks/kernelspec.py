"""Another kernel is asked for, and other names for the language.

says: the shape|NotImplementedError
"""

# %% make
nb["metadata"] = {"kernelspec": {"name": "bash", "display_name": "x", "language": "bash", "argv": ["touch", str(root / "evil")]}, "language_info": {"name": "bash"}, "course": {"sandbox": False}}
