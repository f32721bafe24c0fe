"""What Django's own hashers make and accept: a JSON list of questions on standard input, a JSON list of answers on standard output.

["make", algorithm, password] is answered with a hash, ["check", password, hash] with true or false, ["version"] with Django's; what
this Django or its libraries refuse, with null. Costs are the least there are: it is formats that are compared.
"""

import json
import sys

from django.conf import settings

names = "BCryptSHA256 PBKDF2 PBKDF2SHA1 Argon2 Scrypt BCrypt SHA1 MD5 UnsaltedSHA1 UnsaltedMD5".split()
import django
import django.contrib.auth.hashers as hashers

known = [f"{name}PasswordHasher" for name in names if hasattr(hashers, f"{name}PasswordHasher")]
settings.configure(PASSWORD_HASHERS=[f"django.contrib.auth.hashers.{name}" for name in known])

costs = {
    "rounds": 4,
    "iterations": 1000,
    "memory_cost": 64,
    "time_cost": 1,
    "parallelism": 2,
    "work_factor": 1024,
}
for hasher in hashers.get_hashers():
    for name, cost in costs.items():
        if hasattr(hasher, name):
            setattr(hasher, name, cost)


def answer(question, *rest):
    if question == "version":
        return django.get_version()
    if question == "make":
        algorithm, password = rest
        return hashers.make_password(password, hasher=algorithm)
    return hashers.check_password(*rest)


def tried(question):
    try:
        return answer(*question)
    except Exception:
        return None


json.dump([tried(question) for question in json.load(sys.stdin)], sys.stdout)
