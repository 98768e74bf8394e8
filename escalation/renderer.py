"""Forms drawn by templates of ours: any Django form comes out in the design system, allauth's included."""

from django.forms.renderers import TemplatesSetting


class GovRenderer(TemplatesSetting):
    """`{{ form }}` draws every field with forms/field.html; `{{ field.as_field_group }}` draws one."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
