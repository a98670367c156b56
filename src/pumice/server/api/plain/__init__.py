"""Plain answers for programs: whether the server is well."""
