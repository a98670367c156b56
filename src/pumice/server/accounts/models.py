"""Tokens of people; users and groups are Django's."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Token(models.Model):
    """A person's token. Its secret stands here only sealed and as a digest."""

    id = models.BigAutoField(primary_key=True)
    user_id: int
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="auth_tokens"
    )
    description = models.TextField(default="", blank=True)
    digest = models.CharField(max_length=64, unique=True)
    sealed = models.TextField()
    created_on = models.DateTimeField()
    last_used_on = models.DateTimeField(null=True)
