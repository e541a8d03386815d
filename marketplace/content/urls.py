from django.urls import path

from marketplace.content import views

app_name = "content"
urlpatterns = [path("<str:cid>", views.content, name="content")]
