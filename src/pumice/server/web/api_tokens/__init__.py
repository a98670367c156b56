"""/api/tokens/: a person's own tokens.

Promises: a token's secret is shown once, right after it was made, to the one who made it; until
then it stands in the session only sealed. Changes are made by POST alone, and never touch
another person's token: that answers 404, as one that does not exist.
"""
