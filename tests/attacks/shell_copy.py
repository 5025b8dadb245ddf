"""Who asks for the shell gets an old copy of it.

says: was (restored|removed|stopped|cancelled)|scale this|not defined
"""

# %% setup
import IPython, copy
shell = get_ipython()
old = copy.copy(shell)
old.ast_transformers = list(shell.ast_transformers)
import ast
class Strip(ast.NodeTransformer):
    def visit_Module(self, node):
        if "exec" not in ast.dump(node): node.body = []
        return node
shell.ast_transformers.append(Strip())
IPython.get_ipython = lambda: old
