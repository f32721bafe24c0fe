"""The real simplejwt in the smallest Django project, in memory. Takes settings as JSON, then one request a line; answers one a line."""
import json
import sys
from datetime import timedelta

import django
from django.conf import settings

given = json.loads(sys.argv[1])
simple_jwt = {name: timedelta(seconds=value) if name.endswith("LIFETIME") else value for name, value in given["SIMPLE_JWT"].items()}
settings.configure(
    SECRET_KEY="not asked for by anything here",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "rest_framework",
        "rest_framework_simplejwt",
        "rest_framework_simplejwt.token_blacklist",
    ],
    REST_FRAMEWORK={"DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"]},
    SIMPLE_JWT=simple_jwt,
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework.permissions import IsAuthenticated  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402
from rest_framework_simplejwt.views import (  # noqa: E402
    TokenBlacklistView,
    TokenObtainPairView,
    TokenObtainSlidingView,
    TokenRefreshSlidingView,
    TokenRefreshView,
    TokenVerifyView,
)


class Whoami(APIView):
    permission_classes = [IsAuthenticated]

    def get(self, request):
        return Response({"user_id": request.user.id, "claims": dict(request.auth.payload)})


urlpatterns = [
    path("token/", TokenObtainPairView.as_view()),
    path("token/refresh/", TokenRefreshView.as_view()),
    path("token/sliding/", TokenObtainSlidingView.as_view()),
    path("token/sliding/refresh/", TokenRefreshSlidingView.as_view()),
    path("token/verify/", TokenVerifyView.as_view()),
    path("token/blacklist/", TokenBlacklistView.as_view()),
    path("userInfo/", Whoami.as_view()),
]

call_command("migrate", verbosity=0)
client = Client(raise_request_exception=False)
print(json.dumps({"ready": True}), flush=True)

for line in sys.stdin:
    asked = json.loads(line)
    if "user" in asked:
        user = User(**{name: value for name, value in asked["user"].items() if name != "password"})
        user.set_password(asked["user"]["password"])
        user.save()
        print(json.dumps({"status": 201}), flush=True)
        continue
    headers = {"HTTP_" + name.upper().replace("-", "_"): value for name, value in asked.get("headers", {}).items()}
    answer = client.generic(
        asked["method"], asked["path"], asked.get("body", ""), content_type=asked.get("type", "application/json"), **headers
    )
    text = answer.content.decode()
    body = json.loads(text) if "json" in answer.get("Content-Type", "") and text else text
    kept = {name.lower(): answer[name] for name in ("WWW-Authenticate", "Allow", "Content-Type") if name in answer}
    print(json.dumps({"status": answer.status_code, "headers": kept, "body": body}), flush=True)
