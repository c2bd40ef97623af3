"""Refusals about accounts, sign-in, organisations and funders."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "people.sign_in_failed": _l("This address and this password do not go together."),
    "people.too_many_attempts": _l(
        "Too many wrong passwords. Wait %(minutes)s minutes, or ask for a link by e-mail."
    ),
    "people.mail.too_many_attempts": _l(
        "Too many messages were asked for from your network. Wait %(minutes)s minutes."
    ),
    "people.link_unusable": _l("This link is not one of ours, or it was cut on its way."),
    "people.link_used": _l("This link has already been used. Each one works only once."),
    "people.link_expired": _l("This link is too old."),
    "people.already_confirmed": _l("This account is already open: you only have to sign in."),
    "people.password_too_short": _l("Choose a password of at least %(minimum)s characters."),
    "people.password_too_long": _l("Choose a password of at most %(maximum)s characters."),
    "people.password_too_common": _l(
        "This password is too easy to guess: it is made of common words, of a series, "
        "or of your name. Three words picked at random will do."
    ),
    "people.sign_in_again": _l(
        "You came in by a link more than %(minutes)s minutes ago: sign out, ask for a new link,"
        " and sign then."
    ),
    "people.password_missing": _l("Type your password: what you do here is signed."),
    "people.current_password_wrong": _l("This is not your current password."),
    "people.disable_self": _l("You cannot close your own account."),
    "people.siret_wrong": _l(
        "This is not a SIRET number. It has 14 digits; check them on your INSEE notice."
    ),
    "people.rna_wrong": _l("An RNA number is W followed by 9 characters, like W632001234."),
    "people.postcode_wrong": _l("A postcode has 5 digits."),
    "people.commune_wrong": _l("An INSEE commune code has 5 characters, like 63113."),
    "people.not_identified": _l(
        "Give a SIRET number, or an RNA number, or tick “It is still being created”."
    ),
    "people.local_register_elsewhere": _l(
        "Only associations with their seat in Bas-Rhin, Haut-Rhin or Moselle stand in the "
        "register of a court."
    ),
    "people.place_city_needed": _l("Write the name of the commune where you act."),
    "people.neighbourhood_wrong": _l(
        "A code of a priority neighbourhood looks like QN06302I or QP063002."
    ),
    "people.approval_ends_before": _l("This approval would end before it was given."),
    "people.last_role": _l(
        "This is the only role of this person. Take them out of the organisation instead."
    ),
    "people.successor_is_self": _l("Choose somebody else than yourself."),
    "people.contract_not_for_you": _l(
        "Only associations and foundations subscribe to the contrat d’engagement républicain."
    ),
    "people.aid_amount_wrong": _l("Write an amount above zero."),
    "people.aid_in_future": _l("This date is in the future."),
    "people.aid_too_old": _l("Only aid granted since %(first_on)s is asked for."),
    "people.aids_too_many": _l("%(max)s lines at most. Take one out first."),
    "people.register_not_asked": _l("Look the number up in the register again first."),
    "people.last_representative": _l(
        "An organisation keeps at least one representative. Give this role to somebody else first."
    ),
    "people.last_administrator": _l(
        "A funder keeps at least one administrator. Give this role to somebody else first."
    ),
    "people.funder_key_taken": _l("Another funder has this key already. Choose another one."),
    "people.already_member": _l("This person already has this role in your organisation."),
    "people.invitation_for_another": _l(
        "This invitation was sent to another address than the one you are signed in with."
    ),
}

REMEDIES = {
    "people.link_unusable": _l(
        "Copy the whole address from the e-mail, or ask for a new link from the sign-in page."
    ),
    "people.link_used": _l("Ask for a new link from the sign-in page."),
    "people.link_expired": _l("Ask for a new link from the sign-in page."),
    "people.already_confirmed": _l("Go to the sign-in page."),
    "people.invitation_for_another": _l(
        "Sign out, then open the link again with the account that was invited."
    ),
    "people.last_representative": _l("Hand over first, from the page of the members."),
}
