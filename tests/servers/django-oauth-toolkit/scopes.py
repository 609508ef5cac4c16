"""Scopes by client, through the documented class: django-oauth-toolkit itself has one list for all of them."""

from oauth2_provider.scopes import SettingsScopes


class ScopesOfClient(SettingsScopes):
    def get_available_scopes(self, application=None, request=None, *args, **kwargs):
        return self._of(application, super().get_available_scopes(application, request, *args, **kwargs))

    def get_default_scopes(self, application=None, request=None, *args, **kwargs):
        return self._of(application, super().get_default_scopes(application, request, *args, **kwargs))

    def _of(self, application, scopes):
        if application is None:
            return scopes
        allowed = ["orders:read"] if application.client_id == "read-only-job" else ["orders:read", "orders:write"]
        return [scope for scope in scopes if scope in allowed]
