from django.contrib import admin
from django.urls import include, path

from second_host.counter import counter
from second_host.warehouse import views

urlpatterns = [
    path("office/", admin.site.urls),
    path("counter/", counter.urls),
    path("api/ai/", include("apps.ai.urls")),
    path("items/<int:pk>/", views.item, name="item"),
]
