"""Tokens of people, and counts of failures; users and groups are Django's."""

from __future__ import annotations

from enum import IntEnum

from django.conf import settings
from django.db import models


class Scope(IntEnum):
    """What a token is good for; the greater include the smaller."""

    READ = 1
    SUBMIT = 2
    ADMIN = 3

    @property
    def label(self) -> str:
        """The word that people read and write."""
        return self.name.lower()


class Token(models.Model):
    """A person's token. Its secret stands here only sealed and as a digest.

    ``sealed`` is "" where the token was made while TOKENS_RECOVERABLE was off. ``scope`` limits
    what calls with it may do, beside what the person may.
    """

    id = models.BigAutoField(primary_key=True)
    user_id: int
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="auth_tokens"
    )
    description = models.TextField(default="", blank=True)
    digest = models.CharField(max_length=64, unique=True)
    sealed = models.TextField(blank=True)
    created_on = models.DateTimeField()
    last_used_on = models.DateTimeField(null=True)
    expires_on = models.DateTimeField(null=True)
    scope = models.SmallIntegerField(
        choices=[(scope.value, scope.label) for scope in Scope], default=Scope.ADMIN
    )

    def __str__(self) -> str:
        return f"token {self.pk}"


class ArtifactToken(models.Model):
    """A value that a person's jobs name and workers get: a remote artifact token, sealed."""

    id = models.BigAutoField(primary_key=True)
    user_id: int
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="artifact_tokens"
    )
    name = models.CharField(max_length=100)
    sealed = models.TextField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "name"], name="artifact_token_of_user"),
        )

    def __str__(self) -> str:
        return self.name


class FailedAttempts(models.Model):
    """How often somebody failed to sign in since a time. ``key``: a digest of who, and how."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    since = models.DateTimeField(db_index=True)
