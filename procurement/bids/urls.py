"""Addresses of procurement.bids."""

from django.urls import path

from procurement.bids.views import again, bidder, joint, keys, officer, opening, own, public

app_name = "bids"

urlpatterns = [
    path("tenders/<slug:number>/opening/", opening.page, name="opening"),
    path("tenders/<slug:number>/opening/board/", opening.board, name="board"),
    path("tenders/<slug:number>/opening/confirm/", opening.confirm, name="confirm"),
    path("tenders/<slug:number>/opening/object/", opening.object_to, name="object"),
    path("tenders/<slug:number>/opening/objections/<int:objection_id>/", opening.answer, name="answer"),
    path("tenders/<slug:number>/opening/own/boxes/", own.boxes, name="own-boxes"),
    path("tenders/<slug:number>/opening/own/keys/", own.keys, name="own-keys"),
    path("tenders/<slug:number>/opening/window/", own.window, name="window"),
    path("tenders/<slug:number>/opening/conclude/", own.conclude, name="conclude"),
    path("tenders/<slug:number>/receipts/", public.receipts, name="receipts"),
    path("tenders/<slug:number>/receipts.json", public.register, name="register"),
    path("tenders/<slug:number>/lots/<int:lot>/bid/", bidder.bid, name="bid"),
    path("tenders/<slug:number>/lots/<int:lot>/bid/upload/", bidder.upload, name="upload"),
    path("tenders/<slug:number>/lots/<int:lot>/bid/withdraw/", bidder.withdraw, name="withdraw"),
    path("tenders/<slug:number>/joint/", joint.propose, name="joint"),
    path("my/consortia/<int:consortium_id>/", joint.consortium, name="consortium"),
    path("my/consortia/<int:consortium_id>/members/", joint.revise, name="consortium-members"),
    path("my/consortia/<int:consortium_id>/agreement/", joint.agreement, name="agreement"),
    path("my/consortia/<int:consortium_id>/answer/", joint.answer, name="consortium-answer"),
    path("my/consortia/<int:consortium_id>/dissolve/", joint.dissolve, name="dissolve"),
    path("my/bids/", bidder.mine, name="mine"),
    path("my/bids/<int:submission_id>/", bidder.receipt, name="receipt"),
    path("my/bids/<int:submission_id>/receipt.json", bidder.receipt_file, name="receipt-file"),
    path("trading/openings/", officer.openings, name="openings"),
    path("trading/keys/", keys.page, name="keys"),
    path("trading/keys/register/", keys.register, name="key-register"),
    path("trading/keys/<int:key_id>/prove/", keys.prove, name="key-prove"),
    path("trading/keys/<int:key_id>/end/", keys.end, name="key-end"),
    path("trading/tenders/<slug:number>/openers/", officer.openers, name="openers"),
    path("trading/tenders/<slug:number>/again/", again.page, name="again"),
    path("trading/tenders/<slug:number>/opening/boxes/", officer.boxes, name="boxes"),
    path("trading/tenders/<slug:number>/opening/part/", officer.part, name="part"),
    path("trading/tenders/<slug:number>/opening/open/", officer.open_bids, name="open"),
    path("trading/tenders/<slug:number>/opening/lapse/", officer.lapse, name="lapse"),
    path("trading/tenders/<slug:number>/opening/record/", officer.record, name="record"),
]
