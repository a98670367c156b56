"""How each boot method acts: one module a method, with the same stem as in the language."""
