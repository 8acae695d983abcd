//! The invoices: list and one of them, and the payments that a customer's card shows. They follow from the customers'
//! totals whenever they are asked for, so that a changed total is a changed history.

use super::numbering::Numbering;
use super::payments::{self, Invoice, OPEN_FOR, PAID, STATUSES, Totals};
use super::request::{List, Part, Refusing, known_parameters, not_found, one_of, path_id};
use super::row::Rubles;
use super::synthesis::Synthesis;
use super::timeline::{Mark, Timeline};
use crate::exchange::{Call, Reply};
use crate::moment::Moment;
use crate::random::Random;
use crate::roster::Roster;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// The largest page; ten times that of the other lists.
const LARGEST_PAGE: usize = 1000;

/// Most payments that a card shows. Neither number nor order is documented.
const RECENT: usize = 5;

/// The invoices of all customers.
pub struct Invoices {
    seed: u64,
    /// Everything lies before this.
    now: Moment,
    numbering: Numbering,
    /// All of them in order; made when the list is asked for, and again after a change of totals.
    timeline: Option<Timeline>,
}

impl Invoices {
    /// None drawn yet.
    pub fn new(seed: u64, now: Moment) -> Self {
        Self { seed, now, numbering: Numbering::new(seed, "invoice id"), timeline: None }
    }

    /// To be called when customers came or went or their totals changed.
    pub fn forget(&mut self) {
        self.timeline = None;
    }

    fn of(&self, roster: &Roster<Synthesis>, slot: u32) -> Vec<Invoice> {
        let totals = if roster.is_untouched(slot) {
            // Names and addresses, which cost most, are not needed here.
            Some(roster.source().facts(slot).totals())
        } else {
            roster.get(slot).and_then(|entry| Totals::of(&entry.row))
        };
        let mut random = Random::new(self.seed, "loveandpay invoices", u64::from(slot));
        totals.map(|totals| payments::invoices(&totals, self.now, &mut random)).unwrap_or_default()
    }

    fn timeline(&mut self, roster: &Roster<Synthesis>) -> &Timeline {
        let timeline = self.timeline.take().unwrap_or_else(|| {
            let of_slot = |slot: u32| {
                let numbered = (0_u16..).zip(self.of(roster, slot));
                numbered.map(move |(ordinal, invoice)| Mark::new(invoice.created, slot, ordinal, invoice.status))
            };
            Timeline::new(roster.slots().iter().copied().flat_map(of_slot).collect())
        });
        self.timeline.insert(timeline)
    }

    /// The last few payments of a customer, the newest first.
    pub fn recent_payments(&self, roster: &Roster<Synthesis>, slot: u32) -> Vec<Value> {
        let payment = |(ordinal, invoice): (u16, Invoice)| {
            json!({
                "id": self.numbering.id(slot, ordinal),
                "invoiceNumber": self.invoice_number(slot, ordinal),
                "amount": Rubles { kopecks: invoice.kopecks },
                "status": STATUSES[usize::from(invoice.status)],
                "paidAt": invoice.paid,
            })
        };
        let paid = (0..).zip(self.of(roster, slot)).filter(|(_, invoice)| invoice.status == PAID);
        paid.take(RECENT).map(payment).collect()
    }

    fn invoice_number(&self, slot: u32, ordinal: u16) -> String {
        format!("INV-{:012X}", self.numbering.code(slot, ordinal))
    }

    /// The slot of the customer to whom this invoice was written, if there is such an invoice.
    pub fn slot(&self, roster: &Roster<Synthesis>, id: Uuid) -> Option<u32> {
        let (slot, ordinal) = self.numbering.place(id)?;
        (roster.has(slot) && usize::from(ordinal) < self.of(roster, slot).len()).then_some(slot)
    }

    /// The id of the invoice that a customer was written last, if any.
    pub fn newest(&self, roster: &Roster<Synthesis>, slot: u32) -> Option<Uuid> {
        (!self.of(roster, slot).is_empty()).then(|| self.numbering.id(slot, 0))
    }

    /// The row of the list and, for one invoice alone, what only that shows.
    fn shown(&self, roster: &Roster<Synthesis>, slot: u32, ordinal: u16, alone: bool) -> Option<Map<String, Value>> {
        let entry = roster.get(slot)?;
        let invoice = self.of(roster, slot).into_iter().nth(usize::from(ordinal))?;
        let mut customer = entry.row.fields();
        let mut of_customer = |name: &str| customer.remove(name).unwrap_or_default();
        let number = self.invoice_number(slot, ordinal);
        let mut random = Random::new(self.seed, "loveandpay invoice", self.numbering.code(slot, ordinal));
        let order = uuid::Builder::from_random_bytes(random.bytes()).into_uuid();
        let description = format!("{} {}", random.pick(DESCRIPTIONS), random.within(1000..100_000));
        let kyc_required = random.chance(300);
        let kyc_status = of_customer("kycStatus");
        // In real replies links are missing here and there, and so is the customer then.
        let bare = random.chance(100);
        let mut shown = json!({
            "id": self.numbering.id(slot, ordinal),
            "invoiceNumber": number,
            "amount": Rubles { kopecks: invoice.kopecks },
            "currency": "RUB",
            "description": description,
            "customerEmail": of_customer("email"),
            "customerName": of_customer("fullName"),
            "status": STATUSES[usize::from(invoice.status)],
            "createdAt": invoice.created,
            "expiresAt": invoice.created.after(OPEN_FOR),
            "paidAt": invoice.paid,
            "qrCode": QR_CODE,
            "qrPayload": format!("https://qr.example.com/{}", &number[4..]),
            "externalOrderId": order,
            "kycRequired": kyc_required,
            "kycVerified": kyc_required && kyc_status == "VERIFIED",
        });
        if !bare {
            shown["paymentLink"] = format!("https://pay.example.com/{number}").into();
        }
        if alone {
            shown["customerPhone"] = of_customer("phone");
            shown["receiptRequired"] = random.chance(200).into();
            let id = of_customer("id");
            if bare || id.is_null() {
                if random.chance(500) {
                    shown["customer"] = Value::Null;
                }
            } else {
                let (name, email) = (&shown["customerName"], &shown["customerEmail"]);
                shown["customer"] = json!({"id": id, "fullName": name, "email": email, "kycStatus": kyc_status});
            }
        }
        if let Value::Object(fields) = shown { Some(fields) } else { None }
    }

    /// GET `/invoices`
    pub fn list(&mut self, roster: &Roster<Synthesis>, call: &Call) -> Result<Reply, Refusing> {
        known_parameters(call, &["limit", "offset", "status"])?;
        let part = Part::of(call, LARGEST_PAGE)?;
        let status = one_of(call, "status", STATUSES)?.and_then(|place| u8::try_from(place).ok());
        let (marks, total) = self.timeline(roster).page(part.offset, part.limit, status);
        let data = marks.iter().filter_map(|mark| self.shown(roster, mark.slot, mark.ordinal, false)).collect();
        Ok(Reply::json(StatusCode::OK, &List { success: true, data, pagination: part.pagination(total) }))
    }

    /// GET `/invoices/{id}`
    pub fn get(&self, roster: &Roster<Synthesis>, call: &Call) -> Result<Reply, Refusing> {
        known_parameters(call, &[])?;
        let place = self.numbering.place(path_id(call)?).filter(|(slot, _)| roster.has(*slot));
        let shown = place.and_then(|(slot, ordinal)| self.shown(roster, slot, ordinal, true));
        let invoice = shown.ok_or_else(|| not_found("Invoice"))?;
        Ok(Reply::json(StatusCode::OK, &json!({"success": true, "invoice": invoice})))
    }
}

const DESCRIPTIONS: &[&str] =
    &["Оплата заказа", "Пополнение баланса", "Продление подписки, договор", "Консультация, счёт", "Доставка, заказ"];

/// One pixel.
const QR_CODE: &str = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
