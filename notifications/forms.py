from django import forms


class ReadAllForm(forms.Form):
    """Carries the newest message that was on the page."""

    newest = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
