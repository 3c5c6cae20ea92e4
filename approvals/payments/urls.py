"""Addresses of approvals.payments."""

from django.urls import path

from approvals.payments.views import accounts, callback, certificates, citizen, demo, desk, reductions

app_name = "payments"

urlpatterns = [
    path("my/payments/", citizen.mine, name="mine"),
    path("cases/<str:number>/pay/", citizen.pay, name="pay"),
    path("cases/<str:number>/pay/renew/", citizen.renew, name="renew"),
    path("pay/return/<str:number>/", citizen.come_back, name="return"),
    path("payments/receipts/<str:number>/", citizen.receipt, name="receipt"),
    path("pay/callback/<slug:provider>/", callback.callback, name="callback"),
    path("pay/demo/<str:token>/", demo.page, name="demo"),
    path("fees/", desk.order_list, name="desk"),
    path("fees/refunds/", desk.refund_list, name="refunds"),
    path("fees/refunds/<int:refund_id>/<slug:code>/", desk.decide, name="decide"),
    path("fees/cash-up/", accounts.cash_up, name="cash-up"),
    path("fees/reconciliation/", accounts.reconciliations, name="reconciliations"),
    path("fees/reconciliation/<int:pk>/", accounts.reconciliation, name="reconciliation"),
    path("fees/differences/<int:pk>/settle/", accounts.settle, name="settle"),
    path("fees/mismatches/<int:pk>/settle/", accounts.settle_mismatch, name="settle-mismatch"),
    path("my/payments/reductions/<int:case_id>/", reductions.ask, name="ask-reduction"),
    path("fees/reductions/", reductions.request_list, name="reductions"),
    path("fees/reductions/<int:pk>/<slug:act>/", reductions.decide, name="reduction"),
    path("fees/savings/", reductions.savings, name="savings"),
    path("fees/certificates/", certificates.certificate_list, name="certificates"),
    path("fees/certificates/new/", certificates.certificate_new, name="certificate-new"),
    path("fees/certificates/<int:pk>/", certificates.certificate, name="certificate"),
    path("fees/certificates/<int:pk>/<slug:act>/", certificates.certificate_act, name="certificate-act"),
    path("fees/<str:number>/", desk.order, name="order"),
    path("fees/<str:number>/<slug:act>/", desk.act, name="act"),
]
