from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models


class MemberManager(BaseUserManager["Member"]):
    def create_user(self, email: str, password: str, **values: Any) -> Member:
        member = self.model(email=self.normalize_email(email), **values)
        member.set_password(password)
        member.save()
        return member

    def create_superuser(self, email: str, password: str, **values: Any) -> Member:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **values)


class Member(AbstractBaseUser, PermissionsMixin):
    """Signs in with an e-mail: there is no username and no full name, and the key is no number."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    objects = MemberManager()

    USERNAME_FIELD = "email"

    class Meta:
        app_label = "members"

    def __str__(self) -> str:
        return self.email
