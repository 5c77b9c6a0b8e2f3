"""The studio: a page in the browser in which drawings grow, on this machine alone.

Words go from the page (`page.py`, `static/`) to the desks (`studio.py`, `desks.py`), from there as
messages to one process that draws (`crew.py`, `worker.py`), and come back as frames. Drawings are
made by the public library, as a script would make them; what is kept lies in a folder
(`history.py`).
"""
