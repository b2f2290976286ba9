from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from backend.kernel import ids


class PersonManager(BaseUserManager["Person"]):
    """Finds people by phone, which is what they log in with."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        """Return the person with this phone in E.164."""
        return self.get(phone=username)

    def enrol(self, *, phone: str, name: str, **more: Any) -> "Person":
        """Create a person without a password; `phone` in E.164, already checked."""
        person = Person(phone=phone, name=name, **more)
        person.set_unusable_password()
        person.identity = more.get("identity") or person.id
        person.save(force_insert=True)
        return person


class Person(AbstractBaseUser):
    """An account: one phone number of one natural person. `identity` is shared by all accounts of that person."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    identity = models.UUIDField(default=ids.new, db_index=True)
    phone = models.CharField(max_length=16, unique=True)
    phone_verified = models.BooleanField(default=False)
    name = models.CharField(max_length=60)
    email = models.CharField(max_length=254, blank=True)
    language = models.CharField(max_length=2, default="zh")
    is_active = models.BooleanField(default=True)
    unread = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)
    ledger_head = models.CharField(max_length=64, blank=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[PersonManager] = PersonManager()
    USERNAME_FIELD = "phone"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
