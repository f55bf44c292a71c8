"""Health, figures, robots, and where to report a flaw."""

from django.urls import path

from operations import views

urlpatterns = [
    path("health/live", views.live, name="health-live"),
    path("health/ready", views.ready, name="health-ready"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security_contact, name="security-contact"),
    path("metrics", views.figures, name="metrics"),
]
