"""Files without number in all places that can be written.

says: No space|OSError|scale this
"""

# %% setup
import os

for place in (os.getcwd(), "/dev/shm", "/tmp"):
    try:
        for k in range(25000):
            open(f"{place}/f{k}", "w").close()
    except OSError as error:
        print(error)
