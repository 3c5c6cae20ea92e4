"""Addresses of procurement.awards."""

from django.urls import path

from procurement.awards.views import bidder, contracts, desk, penalties, public, remedies

app_name = "awards"

urlpatterns = [
    path("tenders/<slug:number>/result/", public.result, name="result"),
    path("tenders/<slug:number>/remedies/<slug:kind>/", bidder.file_remedy, name="file"),
    path("contracts/<int:contract_id>/", public.contract, name="public-contract"),
    path("remedies/", public.decisions, name="decisions"),
    path("remedies/<slug:number>/", public.decision, name="decision"),
    path("my/remedies/", bidder.mine, name="my-remedies"),
    path("trading/awards/", desk.desk, name="desk"),
    path("trading/awards/<slug:number>/", desk.project, name="project"),
    path("trading/awards/<slug:number>/report/", desk.report, name="report"),
    path("trading/awards/<slug:number>/publish/", desk.publish, name="publish"),
    path("trading/awards/<slug:number>/lots/<int:lot>/sale/", desk.sale, name="sale"),
    path("trading/awards/<slug:number>/lots/<int:lot>/choose/", desk.choose, name="choose"),
    path("trading/awards/<slug:number>/lots/<int:lot>/award/", desk.award, name="award"),
    path("trading/contracts/", contracts.contracts, name="contracts"),
    path("trading/contracts/<int:contract_id>/", contracts.contract, name="contract"),
    path("trading/contracts/<int:contract_id>/sign/", contracts.sign, name="sign"),
    path("trading/contracts/<int:contract_id>/<slug:kind>/new/", contracts.row_new, name="row-new"),
    path("trading/contracts/<int:contract_id>/<slug:kind>/<int:row>/", contracts.row, name="row"),
    path("trading/remedies/", remedies.remedies, name="remedies"),
    path("trading/remedies/<slug:number>/", remedies.remedy, name="remedy"),
    path("trading/penalties/", penalties.penalties, name="penalties"),
    path("trading/penalties/new/", penalties.new, name="penalty-new"),
    path("trading/penalties/<int:penalty_id>/", penalties.penalty, name="penalty"),
]
