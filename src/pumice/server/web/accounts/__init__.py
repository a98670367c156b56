"""/accounts/: sign in, sign out, and change one's password.

Promises: a failed attempt says the same whether there is such a user or not; after too many the
page answers 429 and says when to come back. People are led on to addresses of this site alone.
Where nobody can have set up another site for signing in, its buttons are not there.
"""
