"""A timestamp that is no time.

says: no date
"""

# %% make
(folder / "timestamp.txt").write_text("99999-99-99 tomorrow")
