"""Benchmarks: workloads against a running site, and micro-benchmarks of our hot paths.

Each prints a table and, with ``--json FILE``, writes its figures; timings never decide a test.
"""
