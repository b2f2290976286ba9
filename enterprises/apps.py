from django.apps import AppConfig


class EnterprisesConfig(AppConfig):
    """一企一档: the enterprise and its members."""

    name = "enterprises"
    verbose_name = "企业档案"
