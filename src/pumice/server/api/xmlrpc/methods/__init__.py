"""The methods, a module a section. A module that is put here is found; nothing else lists it."""
