//! Love&Pay's endpoints: what this client calls, and what it does not.

use crate::route::{Offer, Route, Verb};

pub(super) const CUSTOMERS_LIST: Route = Route::new("customers_list", Verb::Get, "/customers", Offer::Always);
pub(super) const CUSTOMER_GET: Route = Route::new("customer_get", Verb::Get, "/customers/{id}", Offer::Action("card"));
pub(super) const CUSTOMER_CHECK: Route =
    Route::new("customer_check", Verb::Get, "/customers/check", Offer::Action("check"));
pub(super) const CUSTOMER_BLOCK: Route =
    Route::new("customer_block", Verb::Post, "/customers/{id}/block", Offer::Action("block"));
pub(super) const CUSTOMER_UNBLOCK: Route =
    Route::new("customer_unblock", Verb::Delete, "/customers/{id}/block", Offer::Action("unblock"));
pub(super) const KYC_SESSION_CREATE: Route =
    Route::new("kyc_session_create", Verb::Post, "/kyc/sessions", Offer::Action("verification_link"));
pub(super) const KYC_SESSIONS_LIST: Route = Route::new("kyc_sessions_list", Verb::Get, "/kyc/sessions", Offer::Own);
pub(super) const KYC_SESSION_GET: Route = Route::new("kyc_session_get", Verb::Get, "/kyc/sessions/{id}", Offer::Own);
pub(super) const INVOICES_LIST: Route = Route::new("invoices_list", Verb::Get, "/invoices", Offer::Own);
pub(super) const INVOICE_GET: Route = Route::new("invoice_get", Verb::Get, "/invoices/{id}", Offer::Own);
pub(super) const RATE_GET: Route = Route::new("rate_get", Verb::Get, "/rates", Offer::Own);

pub(super) const ALL: &[Route] = &[
    CUSTOMERS_LIST,
    CUSTOMER_GET,
    CUSTOMER_CHECK,
    CUSTOMER_BLOCK,
    CUSTOMER_UNBLOCK,
    KYC_SESSION_CREATE,
    KYC_SESSIONS_LIST,
    KYC_SESSION_GET,
    INVOICES_LIST,
    INVOICE_GET,
    RATE_GET,
];

const NO_CONTRACT: &str = "no public contract";
const OTHER_PURPOSE: &str = "public, and no work of a compliance desk";

pub(super) const NOT_CALLED: &[(&str, &str)] = &[
    ("webhook management under v2 (`/webhooks`)", NO_CONTRACT),
    ("payouts, balance, refunds and analytics under v2", NO_CONTRACT),
    ("creating, editing or deleting a customer", NO_CONTRACT),
    ("changing `kycStatus` or `trustLevel`", NO_CONTRACT),
    ("block history", NO_CONTRACT),
    ("API v3 (client certificate, encrypted bodies)", NO_CONTRACT),
    ("POST `/invoices`, CSV template `/batch/invoices`", OTHER_PURPOSE),
    ("API v1 (`x-api-key` only)", "another interface with other keys"),
    ("the crypto product at `crypto.api.loveandpay.io`", "another interface with other keys"),
];
