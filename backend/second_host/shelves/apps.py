from django.apps import AppConfig


class ShelvesConfig(AppConfig):
    name = "second_host.shelves"
    label = "shelves"
