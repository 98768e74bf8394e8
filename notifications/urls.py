from django.urls import path

from notifications import views

urlpatterns = [
    path("", views.message_list, name="notifications"),
    path("read/", views.read_all, name="notifications_read_all"),
    path("<int:pk>/", views.open_message, name="notification_open"),
]
