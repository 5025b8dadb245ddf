"""The last cell prints the history with all tests that ran.

says: NotImplementedError|the shape|scale this
"""

# %% make
nb["cells"].append(code("""
print(*In, sep="\\n")
print(In)
get_ipython().run_line_magic("history", "")
raise KeyError("\\n".join(In))
"""))
