"""Jobs: submission, visibility, and what is known of them.

Promises: a submitted job is stored whole, with its event, before its id is returned, and the
scheduler is woken; a definition that is wrong stores nothing. Values of ``secrets`` stand in the
database only sealed.

Fails with :class:`pumice.server.jobs.submission.SubmissionError`, whose message starts as LAVA's
clients know it and goes on with path and line.
"""
