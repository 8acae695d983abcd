//! What is known of credentials, and whether a connection is worked with.

use super::support::{Desk, connection, id, minute, trouble};
use crate::{CredentialFacts, CredentialTest, NextCredential};
use kyc::{Standing, Trouble};

#[tokio::test]
async fn facts_are_kept_replaced_and_go_with_their_connection() {
    let desk = Desk::new().await;
    let (reader, writer) = (desk.book.reader(), desk.book.writer());
    assert_eq!(reader.credential_facts(&id("one")).await.unwrap(), CredentialFacts::default());
    let refused = Some("credentials_rejected".to_owned());
    let all = [
        CredentialFacts { set: Some(minute(1)), ..CredentialFacts::default() },
        CredentialFacts {
            set: Some(minute(1)),
            used: Some(minute(2)),
            test: Some(CredentialTest { at: minute(3), problem: None }),
            next: Some(NextCredential { key_tail: "9876".to_owned(), set: minute(4), problem: refused.clone() }),
        },
        CredentialFacts {
            test: Some(CredentialTest { at: minute(5), problem: refused }),
            ..CredentialFacts::default()
        },
        CredentialFacts {
            next: Some(NextCredential { key_tail: String::new(), set: minute(6), problem: None }),
            ..CredentialFacts::default()
        },
    ];
    for facts in all {
        writer.put_credential_facts(id("one"), facts.clone()).await.unwrap();
        assert_eq!(reader.credential_facts(&id("one")).await.unwrap(), facts);
    }
    writer.remove_connection(id("one")).await.unwrap();
    assert_eq!(reader.credential_facts(&id("one")).await.unwrap(), CredentialFacts::default());
    let nowhere = writer.put_credential_facts(id("one"), CredentialFacts::default()).await;
    assert_eq!(trouble(nowhere), Trouble::NotFound);
}

#[tokio::test]
async fn the_moment_of_the_last_use_never_goes_back() {
    let desk = Desk::new().await;
    let (reader, writer) = (desk.book.reader(), desk.book.writer());
    for (at, expected) in [(5, 5), (3, 5), (8, 8)] {
        writer.credential_used(id("one"), minute(at)).await.unwrap();
        let facts = reader.credential_facts(&id("one")).await.unwrap();
        assert_eq!(facts, CredentialFacts { used: Some(minute(expected)), ..CredentialFacts::default() });
    }
    assert_eq!(trouble(writer.credential_used(id("two"), minute(1)).await), Trouble::NotFound);
}

#[tokio::test]
async fn a_connection_is_switched_off_and_archived() {
    let desk = Desk::new().await;
    for standing in [Standing::Disabled, Standing::Archived, Standing::Active] {
        let changed = kyc::Connection { standing, ..connection("one") };
        desk.book.writer().update_connection(changed.clone()).await.unwrap();
        assert_eq!(desk.book.reader().connections().await.unwrap(), [changed]);
    }
}
