"""Addresses of procurement.experts."""

from django.urls import path

from procurement.experts.views import draws, own, pool, public

app_name = "experts"

urlpatterns = [
    path("tenders/<slug:number>/experts/", public.proof, name="proof"),
    path("tenders/<slug:number>/experts/<int:draw_number>/record.json", public.record, name="record"),
    path("my/expert/", own.mine, name="mine"),
    path("my/expert/apply/", own.apply, name="apply"),
    path("my/calls/", own.calls, name="calls"),
    path("my/calls/<int:member_id>/", own.call, name="call"),
    path("experts/<int:expert_id>/edit/", own.edit, name="edit"),
    path("experts/<int:expert_id>/employers/", own.employment_new, name="employment-new"),
    path("experts/<int:expert_id>/employers/<int:employment_id>/end/", own.employment_end, name="employment-end"),
    path("experts/<int:expert_id>/relatives/", own.kin_new, name="kin-new"),
    path("experts/<int:expert_id>/relatives/<int:kin_id>/remove/", own.kin_remove, name="kin-remove"),
    path("experts/<int:expert_id>/leave/", own.leave_new, name="leave-new"),
    path("experts/<int:expert_id>/leave/<int:leave_id>/end/", own.leave_end, name="leave-end"),
    path("trading/experts/", pool.pool, name="pool"),
    path("trading/experts/new/", pool.enter, name="enter"),
    path("trading/experts/<int:expert_id>/", pool.expert, name="expert"),
    path("trading/experts/<int:expert_id>/block/", pool.block, name="block"),
    path("trading/experts/blocks/<int:standing_id>/lift/", pool.lift, name="lift"),
    path("trading/draws/", draws.draws, name="draws"),
    path("trading/draws/<int:draw_id>/", draws.draw, name="draw"),
    path("trading/draws/<int:draw_id>/seats/<int:member_id>/", draws.seat, name="seat"),
    path("trading/draws/<int:draw_id>/representative/", draws.representative, name="representative"),
    path("trading/tenders/<slug:number>/draw/", draws.plan, name="plan"),
]
