from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, duties, regions and grids."""

    name = "accounts"
    verbose_name = "人员与职责"
