from django.urls import include, path

urlpatterns = [
    path("callbacks/", include("channels_app.urls")),
    path("u/", include("channels_app.unsubscribe_urls")),
    path("l/", include("channels_app.link_urls")),
    path("api/v1/", include("channels_app.api.urls")),
]
