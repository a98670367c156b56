"""Plain answers for programs: whether the server is well, and the schemas for editors."""
