"""What a worker sends: log lines, results and documents of a job.

Promises: one call is one transaction; sent again after a cut it changes nothing, since lines are
placed by their number. What is answered as processed is on the disk, with the results in it.
"""
