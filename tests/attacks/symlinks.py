"""The notebook, a file and a folder are links.

says: link
"""

# %% make
(folder / "01_sums.ipynb").symlink_to(root / "submitted" / "honest" / "01_sums" / "01_sums.ipynb")
(folder / "data").symlink_to(root / "submitted" / "honest")
(folder / "book.txt").symlink_to(root / "gradebook.db")
(folder / "passwd").symlink_to("/etc/passwd")
(folder / "loop").symlink_to(folder)
nb = None
