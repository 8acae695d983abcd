//! Love&Pay's invoices and exchange rates as they are read: which payments are open, and the payer behind one.

use super::{assumptions, wire};
use crate::action::VerificationLink;
use crate::json::{self, Field, Raw};
use crate::records;
use jiff::Timestamp;
use kyc::{Currency, KycStatus, Money, ProviderCustomerId};
use rust_decimal::Decimal;
use secrecy::SecretString;

/// An invoice. A row of the list tells less than the invoice itself: no phone, no customer.
#[derive(Debug, Clone)]
pub struct Invoice {
    /// The provider's id, a UUID.
    pub id: String,
    /// The number on it, `INV-…`.
    pub number: Option<String>,
    /// How much.
    pub amount: Option<Money>,
    /// What for.
    pub description: Option<String>,
    /// The payer's e-mail.
    pub email: Option<String>,
    /// The payer's name.
    pub name: Option<String>,
    /// The payer's phone.
    pub phone: Option<String>,
    /// Open, paid, over.
    pub status: InvoiceStatus,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// Until when it can be paid.
    pub expires: Option<Timestamp>,
    /// When it was paid.
    pub paid: Option<Timestamp>,
    /// The merchant's own id of the order.
    pub external_order: Option<String>,
    /// Whether only a verified customer may pay it.
    pub kyc_required: Option<bool>,
    /// Whether the customer is.
    pub kyc_verified: Option<bool>,
    /// Whether a receipt is made.
    pub receipt_required: Option<bool>,
    /// Where it is paid, always `https`. Documented, and missing in real answers.
    pub payment_link: Option<SecretString>,
    /// The customer behind it; missing in real answers, too.
    pub customer: Option<InvoiceCustomer>,
    /// The record as it came, without links.
    pub raw: String,
}

/// What an invoice tells of its customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceCustomer {
    /// The provider's id: the way to the card.
    pub id: ProviderCustomerId,
    /// Name.
    pub name: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// KYC status.
    pub kyc: KycStatus,
}

/// The state of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvoiceStatus {
    /// To be paid.
    Pending,
    /// Paid.
    Paid,
    /// Not paid in time.
    Expired,
    /// Called off.
    Cancelled,
    /// Paid back. Not documented.
    Refunded,
    /// A word that is not documented, as it came.
    Unknown(String),
}

impl InvoiceStatus {
    /// From the provider's word.
    pub(super) fn from_word(word: &str) -> Self {
        let documented = [
            ("PENDING", Self::Pending),
            ("PAID", Self::Paid),
            ("EXPIRED", Self::Expired),
            ("CANCELLED", Self::Cancelled),
            ("REFUNDED", Self::Refunded),
        ];
        assumptions::meaning(word, &documented, Self::Unknown)
    }

    /// The provider's word.
    pub fn word(&self) -> &str {
        match self {
            Self::Pending => "PENDING",
            Self::Paid => "PAID",
            Self::Expired => "EXPIRED",
            Self::Cancelled => "CANCELLED",
            Self::Refunded => "REFUNDED",
            Self::Unknown(word) => word,
        }
    }
}

/// An exchange rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rate {
    /// What is priced.
    pub base: Currency,
    /// In which currency.
    pub quote: Currency,
    /// Units of `quote` for one of `base`.
    pub rate: Decimal,
    /// Since when it holds.
    pub valid_from: Option<Timestamp>,
    /// Until when it holds.
    pub valid_to: Option<Timestamp>,
}

json::record!(
    struct Row {
        id: "id",
        invoice_number: "invoiceNumber",
        amount: "amount",
        currency: "currency",
        description: "description",
        customer_email: "customerEmail",
        customer_name: "customerName",
        customer_phone: "customerPhone",
        status: "status",
        created_at: "createdAt",
        expires_at: "expiresAt",
        paid_at: "paidAt",
        external_order_id: "externalOrderId",
        kyc_required: "kycRequired",
        kyc_verified: "kycVerified",
        receipt_required: "receiptRequired",
        payment_link: "paymentLink",
        customer: "customer",
    }
);

/// An invoice, from a row of the list or from its own answer.
pub(super) fn invoice(record: Raw<'_>) -> Result<Invoice, String> {
    let row: Row<'_> = record.record().ok_or("not an object, or a field twice")?;
    Ok(Invoice {
        id: json::id(row.id)?,
        number: json::text(row.invoice_number),
        amount: assumptions::invoice_amount(row.amount, row.currency),
        description: json::text(row.description),
        email: json::text(row.customer_email),
        name: json::text(row.customer_name),
        phone: json::text(row.customer_phone),
        status: InvoiceStatus::from_word(&json::word(row.status)),
        created: json::moment(row.created_at),
        expires: json::moment(row.expires_at),
        paid: json::moment(row.paid_at),
        external_order: json::text(row.external_order_id),
        kyc_required: json::truth(row.kyc_required),
        kyc_verified: json::truth(row.kyc_verified),
        receipt_required: json::truth(row.receipt_required),
        payment_link: json::text(row.payment_link).and_then(|url| Some(VerificationLink::new(url, None)?.url)),
        customer: row.customer.and_then(customer),
        raw: records::kept(record),
    })
}

fn customer(record: Raw<'_>) -> Option<InvoiceCustomer> {
    json::record!(
        struct Inner {
            id: "id",
            full_name: "fullName",
            email: "email",
            kyc_status: "kycStatus",
        }
    );
    let inner: Inner<'_> = record.record()?;
    Some(InvoiceCustomer {
        id: ProviderCustomerId::new(json::id(inner.id).ok()?)?,
        name: json::text(inner.full_name),
        email: json::text(inner.email),
        kyc: wire::kyc_status(inner.kyc_status),
    })
}

/// The invoice in a successful answer; `None` when the answer has another shape or is about another one.
pub(super) fn answered(body: &str, asked: &str) -> Option<Invoice> {
    json::record!(
        struct Reply {
            invoice: "invoice",
        }
    );
    let invoice = invoice(json::object::<Reply<'_>>(body)?.invoice?).ok()?;
    invoice.id.eq_ignore_ascii_case(asked).then_some(invoice)
}

/// The rate in a successful answer; `None` when it has another shape, or is for another pair than was asked for.
pub(super) fn rate(body: &str, base: &Currency, quote: &Currency) -> Option<Rate> {
    json::record!(
        struct Reply {
            rate: "rate",
        }
    );
    json::record!(
        struct Inner {
            base_currency: "baseCurrency",
            quote_currency: "quoteCurrency",
            rate: "rate",
            valid_from: "validFrom",
            valid_to: "validTo",
        }
    );
    let inner: Inner<'_> = json::object::<Reply<'_>>(body)?.rate?.record()?;
    let same = |field: Field<'_>, asked: &Currency| {
        json::text(field).is_none_or(|code| Currency::parse(&code).as_ref() == Some(asked))
    };
    let rate = json::decimal(inner.rate).filter(|rate| rate.is_sign_positive() && !rate.is_zero())?;
    (same(inner.base_currency, base) && same(inner.quote_currency, quote)).then(|| Rate {
        base: base.clone(),
        quote: quote.clone(),
        rate,
        valid_from: json::moment(inner.valid_from),
        valid_to: json::moment(inner.valid_to),
    })
}

#[cfg(test)]
#[path = "invoice_tests.rs"]
mod tests;
