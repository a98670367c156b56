"""The acts that touch job and device together: reserve, start, finish, cancel, and presence; what
people say of devices and delete; and the lab made as its dictionaries say.

Promises: only here does a state change, always from the states that the act expects, in one
transaction with its events; an act that finds another state changes nothing. Rows are locked
in one order: jobs, then devices, then workers, each by key. Who waits is woken by the commit.
"""
