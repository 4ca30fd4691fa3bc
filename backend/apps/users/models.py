from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A person of the shop: a moderator (staff, in the moderators' group) or an administrator."""

    class Meta:
        verbose_name = "пользователь"
        verbose_name_plural = "пользователи"

    def __str__(self) -> str:
        return self.get_full_name() or self.username
