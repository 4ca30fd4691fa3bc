import os

from django.core.wsgi import get_wsgi_application

from config import monitoring

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

monitoring.start_traces()
application = get_wsgi_application()
