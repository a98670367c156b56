"""Pages of the lab: devices, device types, workers, and the scheduler's overview."""
