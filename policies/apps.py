from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """What should happen: a partnership's escalation policy, held as data, with its calendar."""

    name = "policies"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Policies"
