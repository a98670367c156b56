"""The pages: a package for each domain app, components shared by them, front-end sources apart.

Promises: a page is whole without JavaScript and live with it; nothing comes from another host; a
state is changed by POST only. Views parse, call one function of a domain app, and render.
"""
