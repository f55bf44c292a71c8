"""Every address of the application."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("assessments.pages.urls")),
    path("library/", include("coi.pages.urls")),
    path("", include("accounts.urls")),
    path("", include("audit.urls")),
    path("", include("operations.urls")),
    path("admin/", admin.site.urls),
]

handler500 = "accounts.views.server_error"
