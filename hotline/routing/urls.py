"""Addresses of hotline.routing."""

from django.urls import path

from hotline.routing.views import books, rules

app_name = "routing"

urlpatterns = [
    path("hotline/rules/", books.books, name="books"),
    path("hotline/rules/start/", books.start, name="start"),
    path("hotline/rules/<int:number>/", books.book, name="book"),
    path("hotline/rules/<int:number>/try/", books.try_it, name="try"),
    path("hotline/rules/<int:number>/live/", books.put_live, name="live"),
    path("hotline/rules/<int:number>/discard/", books.discard, name="discard"),
    path("hotline/rules/<int:number>/new/", rules.new, name="rule-new"),
    path("hotline/rules/<int:number>/<int:rule_id>/", rules.edit, name="rule"),
    path("hotline/rules/<int:number>/<int:rule_id>/move/", rules.move, name="rule-move"),
    path("hotline/rules/<int:number>/<int:rule_id>/remove/", rules.remove, name="rule-remove"),
]
