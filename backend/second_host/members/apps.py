from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "second_host.members"
    label = "members"
