"""What methods share on a console: login, shell, the kernel's messages, and signals.

Promises: a signal counts only where it can be genuine (:mod:`signals`); the kernel's findings
are recorded and its panic ends the job within a second or two (:mod:`kernel`).
"""
