"""The server: a Django project whose rooms import only those above them.

settings < secrets < database < daemon < events < accounts < lab < jobs < logs, results
< lifecycle < ingest < scheduling < publisher < api < web < site.

Every app uses the same names: ``models`` (data), ``queries`` (reads, each starting from what the
user may see), a module named after each act that writes, ``permissions``. Views and API
methods parse, call one function, and render.
"""
