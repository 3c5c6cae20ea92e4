"""Addresses of accounts."""

from django.urls import path

from portal.people.views import (
    accounts,
    departments,
    national,
    organisations,
    postings,
    profile,
    recovery,
    second_factor,
    staff,
)

app_name = "people"

urlpatterns = [
    path("sign-in/", accounts.sign_in, name="sign-in"),
    path("sign-out/", accounts.sign_out, name="sign-out"),
    path("register/", accounts.register, name="register"),
    path("password/", accounts.password, name="password"),
    path("profile/", profile.profile, name="profile"),
    path("profile/show/", profile.reveal, name="profile-reveal"),
    path("profile/edit/", profile.edit, name="profile-edit"),
    path("second-factor/", second_factor.verify, name="second-factor"),
    path("second-factor/set-up/", second_factor.set_up, name="second-factor-set-up"),
    path("sign-in/national/", national.national_sign_in, name="national-sign-in"),
    path("sign-in/national/callback/", national.national_callback, name="national-callback"),
    path("password/forgotten/", recovery.ask, name="password-forgotten"),
    path("password/code/", recovery.use, name="password-code"),
    path("profile/devices/end/", profile.devices_end, name="devices-end"),
    path("profile/devices/<int:device_id>/end/", profile.device_end, name="device-end"),
    path("my/organisations/", organisations.my_organisations, name="my-organisations"),
    path("my/organisations/register/", organisations.organisation_register, name="organisation-register"),
    path("my/organisations/<int:organisation_id>/", organisations.my_organisation, name="my-organisation"),
    path("my/agents/<int:membership_id>/end/", organisations.agent_end, name="agent-end"),
    path("admin/organisations/", organisations.organisation_list, name="organisations"),
    path(
        "admin/organisations/<int:membership_id>/confirm/", organisations.membership_confirm, name="membership-confirm"
    ),
    path("admin/organisations/<int:membership_id>/reject/", organisations.membership_reject, name="membership-reject"),
    path("admin/departments/", departments.department_list, name="departments"),
    path("admin/departments/new/", departments.department_new, name="department-new"),
    path("admin/departments/<int:department_id>/", departments.department_page, name="department"),
    path("admin/departments/<int:department_id>/edit/", departments.department_edit, name="department-edit"),
    path("admin/departments/<int:department_id>/close/", departments.department_close, name="department-close"),
    path("admin/departments/<int:department_id>/reopen/", departments.department_reopen, name="department-reopen"),
    path("admin/staff/", staff.staff_list, name="staff"),
    path("admin/staff/new/", staff.person_new, name="person-new"),
    path("admin/staff/<int:user_id>/", staff.person_page, name="person"),
    path("admin/staff/<int:user_id>/edit/", staff.person_edit, name="person-edit"),
    path("admin/staff/<int:user_id>/password/", staff.person_password, name="person-password"),
    path("admin/staff/<int:user_id>/lock/", staff.person_lock, name="person-lock"),
    path("admin/staff/<int:user_id>/unlock/", staff.person_unlock, name="person-unlock"),
    path("admin/staff/<int:user_id>/deactivate/", staff.person_deactivate, name="person-deactivate"),
    path("admin/staff/<int:user_id>/reactivate/", staff.person_reactivate, name="person-reactivate"),
    path("admin/staff/<int:user_id>/second-factor/", staff.person_second_factor, name="person-second-factor"),
    path("admin/staff/<int:user_id>/leave/", staff.leave_new, name="leave-new"),
    path("admin/leave/<int:leave_id>/cancel/", staff.leave_cancel, name="leave-cancel"),
    path("admin/postings/", postings.posting_list, name="postings"),
    path("admin/postings/new/", postings.posting_new, name="posting-new"),
    path("admin/postings/<int:posting_id>/", postings.posting_page, name="posting"),
    path("admin/postings/<int:posting_id>/end/", postings.posting_end, name="posting-end"),
    path("admin/postings/<int:posting_id>/substitute/", postings.posting_substitute, name="posting-substitute"),
]
