//! Cryptopocket's endpoints: what this client calls, and what it does not.

use crate::route::{Offer, Route, Verb};

pub(super) const AUTHENTICATE: Route = Route::new("authenticate", Verb::Post, "/authenticate", Offer::Always);
pub(super) const CUSTOMERS_LIST: Route = Route::new("customers_list", Verb::Get, "/customers/list", Offer::Always);
pub(super) const KYC_CHECK: Route = Route::new("kyc_check", Verb::Get, "/kyc/check", Offer::Action("kyc_status"));

pub(super) const REGISTER_USER: Route =
    Route::new("register_user", Verb::Post, "/registerUser", Offer::Action("register"));
pub(super) const REGISTER_COMPANY: Route =
    Route::new("register_company", Verb::Post, "/register/company", Offer::Action("register"));
pub(super) const DOCUMENT_UPLOAD: Route =
    Route::new("document_upload", Verb::Post, "/customers/{id}/documents", Offer::Action("documents"));
pub(super) const ONBOARDING_FORM: Route =
    Route::new("onboarding_form", Verb::Post, "/onboarding-form", Offer::Feature("enhanced_verification"));
pub(super) const QUOTE: Route = Route::new("quote", Verb::Get, "/quote", Offer::Own);
pub(super) const PAYMENT_CREATE: Route = Route::new("payment_create", Verb::Post, "/createPayment", Offer::Own);
pub(super) const PAYMENT_GUIDED_CREATE: Route =
    Route::new("payment_guided_create", Verb::Post, "/createGuidedPayment", Offer::Own);
pub(super) const PAYMENT_GET: Route = Route::new("payment_get", Verb::Get, "/payment/{id}", Offer::Own);
pub(super) const RAMPOFF_CREATE: Route = Route::new("rampoff_create", Verb::Post, "/createRampoff", Offer::Own);
pub(super) const RAMPOFF_GET: Route = Route::new("rampoff_get", Verb::Get, "/getRampoff", Offer::Own);
pub(super) const WEBHOOK_SUBSCRIBE: Route =
    Route::new("webhook_subscribe", Verb::Post, "/subscribeToWebhook", Offer::Own);
pub(super) const WEBHOOK_UPDATE: Route =
    Route::new("webhook_update", Verb::Post, "/updateWebhookSubscription", Offer::Own);

pub(super) const ALL: &[Route] = &[
    AUTHENTICATE,
    CUSTOMERS_LIST,
    KYC_CHECK,
    REGISTER_USER,
    REGISTER_COMPANY,
    DOCUMENT_UPLOAD,
    ONBOARDING_FORM,
    QUOTE,
    PAYMENT_CREATE,
    PAYMENT_GUIDED_CREATE,
    PAYMENT_GET,
    RAMPOFF_CREATE,
    RAMPOFF_GET,
    WEBHOOK_SUBSCRIBE,
    WEBHOOK_UPDATE,
];

const NO_CONTRACT: &str = "no public contract";
const NOT_OFFERED: &str = "the provider does not offer it";

pub(super) const NOT_CALLED: &[(&str, &str)] = &[
    ("Find User; Token Price; list of payment methods; list of on-ramp transactions", NO_CONTRACT),
    ("off-ramp quote and off-ramp list", NO_CONTRACT),
    ("reconciliation of a payment with a bank transaction", NO_CONTRACT),
    // C17: the list of accounts has no confirmed path.
    ("bank accounts and their transactions (`/banking/accounts`)", NO_CONTRACT),
    ("delegated KYC (`/registerUser/kyc-delegated`)", NO_CONTRACT),
    ("reply of `/available-assets`", NO_CONTRACT),
    ("the older Banking API: balance, deposit, transfers", NO_CONTRACT),
    ("names of KYC events; listing or deleting webhook subscriptions", NO_CONTRACT),
    ("changing or deleting a customer; blocking a user", NOT_OFFERED),
    ("reading documents back; reason or history of a KYC decision; KYC check of many", NOT_OFFERED),
    ("cancelling or refunding a payment", NOT_OFFERED),
];
