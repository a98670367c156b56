"""How each kind of test acts: one module a kind, with the same stem as in the language."""
