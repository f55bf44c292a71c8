"""The record, for auditors."""

from django.urls import path

from audit import views

urlpatterns = [
    path("record/", views.record_page, name="record"),
    path("record/export.csv", views.export, name="record-export"),
    path("record/verify/", views.verify_page, name="record-verify"),
]
