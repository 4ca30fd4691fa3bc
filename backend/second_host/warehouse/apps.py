from django.apps import AppConfig


class WarehouseConfig(AppConfig):
    name = "second_host.warehouse"
    label = "warehouse"
