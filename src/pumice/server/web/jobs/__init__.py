"""Pages of jobs: lists, one job with its log, its definition, cancelling, submitting."""
