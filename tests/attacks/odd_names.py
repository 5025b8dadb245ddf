"""Files with names that are no text, or that point elsewhere.

says: the shape|NotImplementedError
"""

# %% make
import os
(folder / "a\nb<script>evil().txt").write_text("x")
(folder / "..data").write_text("x")
os.makedirs(folder / "-rf" / "~")
with open(os.fsencode(folder) + b"/\xff\xfe.txt", "w") as file:
    file.write("x")
