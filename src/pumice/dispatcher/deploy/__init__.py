"""How each deploy method acts: one module a method, with the same stem as in the language."""
