"""Addresses of hotline.knowledge."""

from django.urls import path

from hotline.knowledge.views import articles, public, remarks

app_name = "knowledge"

urlpatterns = [
    path("hotline/faq/", public.faq, name="faq"),
    path("hotline/faq/<slug:number>/", public.question, name="question"),
    path("hotline/knowledge/", articles.articles, name="articles"),
    path("hotline/knowledge/new/", articles.new, name="new"),
    path("hotline/knowledge/remarks/", remarks.remarks, name="remarks"),
    path("hotline/knowledge/remarks/missing/", remarks.missing, name="missing"),
    path("hotline/knowledge/remarks/<int:remark_id>/", remarks.remark, name="remark"),
    path("hotline/knowledge/<slug:number>/", articles.article, name="article"),
    path("hotline/knowledge/<slug:number>/edit/", articles.edit, name="edit"),
    path("hotline/knowledge/<slug:number>/begin/", articles.begin, name="begin"),
    path("hotline/knowledge/<slug:number>/review/", articles.review, name="review"),
    path("hotline/knowledge/<slug:number>/remark/", remarks.give, name="give"),
    path("hotline/knowledge/<slug:number>/<int:version>/", articles.version, name="version"),
]
