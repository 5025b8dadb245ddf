"""Scripts in outputs and answers, for whoever reads the feedback.

says: the shape|scale this
"""

# %% setup
from IPython.display import HTML, Javascript, SVG, Markdown, display

display(HTML("<script>evil('html')</script><img src=x onerror=evil(1)>"))
display(Javascript("evil('js')"))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg'><script>evil('svg')</script></svg>"))
display(Markdown("<script>evil('markdown')</script>"))
display({"text/latex": "$x$<script>evil('latex')</script>"}, raw=True)
display({"image/png": "\"><script>evil('png')</script>", "application/vnd.evil+json": {}}, raw=True)
print("<script>evil('print')</script>")
raise ValueError("<script>evil('error')</script>")

# %% why-answer
<script>evil('answer')</script><img src=x onerror=evil(2)><iframe src='javascript:evil(3)'></iframe>

# %% make
nb["cells"].append({"cell_type": "raw", "id": "rawcell", "source": "<script>evil('raw')</script>", "metadata": {"format": "text/html", "raw_mimetype": "text/html"}})
nb["cells"].append({"cell_type": "markdown", "id": "mdcell", "source": "![y](attachment:nothing.png) ![x](attachment:a.svg) [x](javascript:evil(4))", "metadata": {}, "attachments": {"a.svg": {"image/svg+xml": "PHN2Zz48c2NyaXB0PmV2aWwoMSk8L3NjcmlwdD48L3N2Zz4="}}})
