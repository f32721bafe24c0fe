"""The smallest Django project, in memory, takes a fixture with loaddata and says who its users are then, as JSON.

Arguments: the fixture, and the model. Standard input: passwords by username. Of two models, Django's own and one of a project (id as text, more
fields, no first and last name).
"""
import json
import sys

import django
from django.conf import settings

fixture, model = sys.argv[1:]
passwords = json.load(sys.stdin)
hashers = "PBKDF2 BCryptSHA256 PBKDF2SHA1 Argon2 Scrypt BCrypt SHA1 MD5 UnsaltedSHA1 UnsaltedMD5".split()

import django.contrib.auth.hashers as known  # noqa: E402

settings.configure(
    SECRET_KEY="not asked for by anything here",
    USE_TZ=True,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    PASSWORD_HASHERS=[f"django.contrib.auth.hashers.{name}PasswordHasher" for name in hashers if hasattr(known, f"{name}PasswordHasher")],
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"] + (["accounts"] if model == "accounts.user" else []),
    AUTH_USER_MODEL=model.replace("user", "User"),
)
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.contrib.auth.models import Group, Permission  # noqa: E402
from django.core.management import call_command  # noqa: E402

call_command("migrate", run_syncdb=True, verbosity=0)
editors = Group.objects.create(name="editors")
editors.permissions.set(Permission.objects.all()[:2])
call_command("loaddata", fixture, verbosity=0)


def seen(user):
    name = user.get_username()
    return {
        "pk": user.pk,
        "username": name,
        "email": user.email,
        "full_name": getattr(user, "get_full_name", lambda: None)(),
        "phone": getattr(user, "phone", None),
        "nickname": getattr(user, "nickname", None),
        "is_active": user.is_active,
        "is_staff": user.is_staff,
        "is_superuser": user.is_superuser,
        "groups": sorted(group.name for group in user.groups.all()),
        "usable": user.has_usable_password(),
        "right": user.check_password(passwords.get(name, "")),
        "wrong": user.check_password("?" + passwords.get(name, "")),
        "date_joined": getattr(user, "date_joined", None) and user.date_joined.isoformat(),
        "last_login": user.last_login and user.last_login.isoformat(),
    }


users = [seen(user) for user in get_user_model().objects.order_by("pk")]
print(json.dumps({"version": django.get_version(), "users": users, "editors_may": editors.permissions.count()}))
