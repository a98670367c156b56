"""What programs read over REST: JSON, one page at a time.

Promises: a list answers ``{"next": …, "results": […]}``; ``next`` is the whole address of the page
that follows, or null after the last. Nothing is counted. A parameter that cannot be read is
answered with 400, wrong credentials with 401, a hidden list with 403: each as ``{"detail": …}``.

May touch: what the rooms above offer, for reading.
"""
