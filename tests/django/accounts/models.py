from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models


class User(AbstractBaseUser, PermissionsMixin):
    """Ids as text, other names, more fields."""

    id = models.CharField(primary_key=True, max_length=128)
    login = models.CharField(max_length=32, unique=True)
    email = models.EmailField(unique=True)
    phone = models.CharField(max_length=20, null=True, unique=True)
    nickname = models.CharField(max_length=64, default="nobody")
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    USERNAME_FIELD = "login"
    objects = BaseUserManager()
