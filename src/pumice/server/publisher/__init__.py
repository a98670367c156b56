"""The publisher: the events' leader.

Promises: of all publishers one is active; it stamps what was committed, in order, and wakes
those who read. The ways out to clients hang on the same order.
"""
