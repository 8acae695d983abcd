//! Cryptopocket's endpoints: what this client calls, and what it does not.

use crate::route::{Offer, Route, Verb};

pub(super) const AUTHENTICATE: Route = Route::new("authenticate", Verb::Post, "/authenticate", Offer::Always);
pub(super) const CUSTOMERS_LIST: Route = Route::new("customers_list", Verb::Get, "/customers/list", Offer::Always);
pub(super) const KYC_CHECK: Route = Route::new("kyc_check", Verb::Get, "/kyc/check", Offer::Action("kyc_status"));

pub(super) const ALL: &[Route] = &[AUTHENTICATE, CUSTOMERS_LIST, KYC_CHECK];

const NO_CONTRACT: &str = "no public contract";
const NOT_OFFERED: &str = "the provider does not offer it";

pub(super) const NOT_CALLED: &[(&str, &str)] = &[
    ("Find User; Token Price; list of payment methods; list of on-ramp transactions", NO_CONTRACT),
    ("off-ramp quote and off-ramp list", NO_CONTRACT),
    ("reconciliation of a payment with a bank transaction", NO_CONTRACT),
    ("bank accounts and their transactions (`/banking/accounts`)", NO_CONTRACT),
    ("delegated KYC (`/registerUser/kyc-delegated`)", NO_CONTRACT),
    ("reply of `/available-assets`", NO_CONTRACT),
    ("the older Banking API: balance, deposit, transfers", NO_CONTRACT),
    ("names of KYC events; listing or deleting webhook subscriptions", NO_CONTRACT),
    ("changing or deleting a customer; blocking a user", NOT_OFFERED),
    ("reading documents back; reason or history of a KYC decision; KYC check of many", NOT_OFFERED),
    ("cancelling or refunding a payment", NOT_OFFERED),
];
