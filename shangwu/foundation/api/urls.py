"""The addresses of the API, for the project's URL configuration."""

from django.urls import include, path

from shangwu.foundation.api.service import urls

urlpatterns = [path("v1/", include(urls()))]
