"""Standard output, when it is flushed, forgets the error of the cell.

says: was (restored|removed|stopped|cancelled)
"""

# %% setup
import sys
class Out:
    def __init__(self, o): self.o = o
    def __getattr__(self, n): return getattr(self.o, n)
    def flush(self):
        f = sys._getframe(1)
        while f and f.f_code.co_name != "run_code": f = f.f_back
        if f and not f.f_locals["result"].info.silent:
            f.f_locals["result"].error_in_exec = None
            raise KeyboardInterrupt
        self.o.flush()
sys.stdout = Out(sys.stdout)
