"""Scheduling: which waiting job gets which idle device.

Promises: woken by events, with a slow sweep for what only time brings; the pairing is a pure
function; a job goes only to a device that is idle, healthy, of its type, with its tags, on a
worker that is online, active and below its limit.
"""
