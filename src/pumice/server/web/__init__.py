"""The pages: a package for each domain app, components shared by them, front-end sources apart.

Promises: a page is whole without scripts and live with them; nothing comes from another host and
nothing stands inline; a state is changed by POST only; what people and boards write is shown as
text. The number of queries of a page does not depend on what it shows, and no list counts a table.
Views parse, call one function of a domain app, and render.

May touch: nothing of its own; it reads and acts through the domain apps. ``front/`` is bundled into
``static/built`` by ``npm run build``.

Fails with Http404 for what is not there, PermissionDenied for what is hidden (the pages 404 and
403), and :class:`pumice.server.web.assets.FrontEndNotBuilt` where the bundle is missing.
"""
