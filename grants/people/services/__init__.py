"""The verbs of people, by noun: entry, accounts, organisations, funders, invitations."""

from grants.people.services.accounts import (
    add_user,
    change_password,
    confirm,
    disable_person,
    enable_person,
    ensure_person,
    request_link,
    request_reset,
    reset_password,
    sign_in_with_link,
    sign_up,
    update_profile,
)
from grants.people.services.declaring import Received, declare, declare_aid, remove_aid
from grants.people.services.entry import (
    Entered,
    end_other_sessions,
    end_session,
    record_failure,
    sign_in_with_password,
    sign_out,
    start_sign_in,
)
from grants.people.services.funders import (
    FunderDetails,
    add_role,
    create_funder,
    grant_role,
    revoke_role,
    update_funder,
)
from grants.people.services.invitations import (
    accept_as_new,
    accept_invitation,
    invite,
    invite_member,
    invite_to_funder,
    withdraw_invitation,
)
from grants.people.services.mail_links import usable_link
from grants.people.services.members import (
    grant_member_role,
    hand_over,
    remove_member,
    revoke_member_role,
)
from grants.people.services.organisations import (
    OrganisationDetails,
    create_organisation,
    update_organisation,
)
from grants.people.services.registering import adopt_answer, keep_answer
from grants.people.services.standing import (
    Places,
    record_neighbourhood_check,
    update_places,
    update_standing,
)

__all__ = [
    "Entered",
    "FunderDetails",
    "OrganisationDetails",
    "Places",
    "Received",
    "accept_as_new",
    "accept_invitation",
    "add_role",
    "add_user",
    "adopt_answer",
    "change_password",
    "confirm",
    "create_funder",
    "create_organisation",
    "declare",
    "declare_aid",
    "disable_person",
    "enable_person",
    "end_other_sessions",
    "end_session",
    "ensure_person",
    "grant_member_role",
    "grant_role",
    "hand_over",
    "invite",
    "invite_member",
    "invite_to_funder",
    "keep_answer",
    "record_failure",
    "record_neighbourhood_check",
    "remove_aid",
    "remove_member",
    "request_link",
    "request_reset",
    "reset_password",
    "revoke_member_role",
    "revoke_role",
    "sign_in_with_link",
    "sign_in_with_password",
    "sign_out",
    "sign_up",
    "start_sign_in",
    "update_funder",
    "update_organisation",
    "update_places",
    "update_profile",
    "update_standing",
    "usable_link",
    "withdraw_invitation",
]
