"""Development and the demo: embedded engines unless the environment names servers."""

from config.settings.base import *  # noqa: F403
from config.settings.base import DATABASES, env, pooled

DEBUG = env.bool("DJANGO_DEBUG", default=True)
DATABASES = {"default": pooled(DATABASES["default"])}
