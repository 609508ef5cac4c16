"""Where what answers: the metadata at the root, the endpoints and a protected resource below `/o/`."""

from django.http import JsonResponse
from django.urls import include, path
from oauth2_provider.urls import metadata_urlpatterns
from oauth2_provider.views.generic import ScopedProtectedResourceView


class Orders(ScopedProtectedResourceView):
    required_scopes = ["orders:read"]

    def get(self, request):
        return JsonResponse({"orders": []})


urlpatterns = [
    path("", include((metadata_urlpatterns, "root"))),
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("o/orders", Orders.as_view()),
]
