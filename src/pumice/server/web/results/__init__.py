"""Pages of results: the suites of a job, the cases of a suite, one case."""
