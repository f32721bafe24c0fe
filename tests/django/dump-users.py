"""The smallest Django project, in memory, with a user for each of its hashers, and what dumpdata writes of them, as JSON.

Argument: the model, Django's own or one of a project. Costs are the least there are: it is formats that are compared. What this Django or
its libraries cannot hash with is left out.
"""
import io
import json
import sys

import django
import django.contrib.auth.hashers as known
from django.conf import settings

(model,) = sys.argv[1:]
algorithms = {
    "PBKDF2": "pbkdf2_sha256",
    "BCryptSHA256": "bcrypt_sha256",
    "PBKDF2SHA1": "pbkdf2_sha1",
    "Argon2": "argon2",
    "Scrypt": "scrypt",
    "BCrypt": "bcrypt",
    "SHA1": "sha1",
    "MD5": "md5",
    "UnsaltedSHA1": "unsalted_sha1",
    "UnsaltedMD5": "unsalted_md5",
}
here = {name: word for name, word in algorithms.items() if hasattr(known, f"{name}PasswordHasher")}
settings.configure(
    SECRET_KEY="not asked for by anything here",
    USE_TZ=True,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    PASSWORD_HASHERS=[f"django.contrib.auth.hashers.{name}PasswordHasher" for name in here],
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"] + (["accounts"] if model == "accounts.User" else []),
    AUTH_USER_MODEL=model,
)
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.contrib.auth.models import Group  # noqa: E402
from django.core.management import call_command  # noqa: E402

costs = {"rounds": 4, "iterations": 1000, "memory_cost": 64, "time_cost": 1, "parallelism": 2, "work_factor": 1024}
for hasher in known.get_hashers():
    for name, cost in costs.items():
        if hasattr(hasher, name):
            setattr(hasher, name, cost)

call_command("migrate", run_syncdb=True, verbosity=0)
User = get_user_model()
editors = Group.objects.create(name="editors")
passwords = {}


def add(username, password, **fields):
    name = {"username": username, "first_name": "Ada", "last_name": username} if model == "auth.User" else {"id": f"{username}-id", "login": username}
    return User.objects.create(email=f"{username}@example.com", password=password, **name, **fields)


for word in here.values():
    passwords[word] = f"a fine sentence for {word}"
    try:
        add(word, make_password(passwords[word], hasher=word))
    except Exception:
        del passwords[word]
add("chief", make_password("a fine sentence for chief", hasher="md5"), is_staff=True, is_superuser=True).groups.add(editors)
add("gone", make_password("a fine sentence for gone", hasher="md5"), is_active=False)
add("nobody", make_password(None))
if model == "accounts.User":
    User.objects.filter(login="chief").update(phone="138 0013 8000", nickname="boss")


def dump(*labels, **options):
    text = io.StringIO()
    call_command("dumpdata", *labels, stdout=text, **options)
    return text.getvalue()


dumps = {
    "plain": dump(),
    "indented": dump("auth.group", model, indent=2),
    "natural": dump("auth.group", model, use_natural_foreign_keys=True),
    "keyless": dump("auth.group", model, use_natural_foreign_keys=True, use_natural_primary_keys=model == "auth.User"),
    "lines": dump("auth.group", model, format="jsonl"),
}
print(json.dumps({"version": django.get_version(), "passwords": passwords, "dumps": dumps}))
