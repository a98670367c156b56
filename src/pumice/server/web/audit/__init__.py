"""The record of changes, searched by people.

Promises: who may see all entries does, others see their own; old and new values can be read, long
texts as a diff. The number of queries does not depend on what is found, nothing is counted.
"""
