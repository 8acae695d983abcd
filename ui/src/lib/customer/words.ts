/** What a customer's statuses are called on screen. Words for showing only; no rule about customers is here. */
import type { KycBadge, TrustBadge } from '$lib/backend/bindings';
import { m } from '$paraglide/messages.js';
import { shortened } from './marking';

/** Longest foreign word that a badge or a toggle shows, in UTF-16 units. */
const WORD_LIMIT = 40;

/** How a facet value of a word outside the vocabulary begins; the provider's own word follows. */
const UNKNOWN = 'unknown:';

const unknownWord = (word: string | null, otherwise: string): string => shortened(word?.trim() ?? '', WORD_LIMIT) || otherwise;

/** The word of a KYC badge; for a status outside the vocabulary the provider's own. */
export function kycWord(badge: KycBadge): string {
	switch (badge.status) {
		case 'verified':
			return m.kyc_verified();
		case 'pending':
			return m.kyc_pending();
		case 'rejected':
			return m.kyc_rejected();
		case 'not_started':
			return m.kyc_not_started();
		case 'unknown':
			return unknownWord(badge.word, m.kyc_not_stated());
	}
}

/** The badge that a facet value (`verified`, `unknown:IN_REVIEW`) stands for. */
export function kycOfFacet(value: string): KycBadge {
	switch (value) {
		case 'verified':
		case 'pending':
		case 'rejected':
		case 'not_started':
			return { status: value, word: null };
		default:
			return { status: 'unknown', word: value.startsWith(UNKNOWN) ? value.slice(UNKNOWN.length) : value };
	}
}

export function trustWord({ level, word }: TrustBadge): string {
	switch (level) {
		case 'new':
			return m.trust_new();
		case 'level_1':
			return m.trust_level({ level: '1' });
		case 'level_2':
			return m.trust_level({ level: '2' });
		case 'level_3':
			return m.trust_level({ level: '3' });
		case 'unknown':
			return unknownWord(word, m.trust_not_stated());
	}
}

/** The word for a facet value of trust; `none` stands for customers without a level. */
export function trustWordOfFacet(value: string): string {
	switch (value) {
		case 'none':
			return m.trust_none();
		case 'new':
		case 'level_1':
		case 'level_2':
		case 'level_3':
			return trustWord({ level: value, word: null });
		default:
			return trustWord({ level: 'unknown', word: value.startsWith(UNKNOWN) ? value.slice(UNKNOWN.length) : value });
	}
}

/** The word for `yes`, `no` or `unknown`; unknown is never called "not blocked". */
export function blockedWord(value: string): string {
	switch (value) {
		case 'yes':
			return m.blocked_yes();
		case 'no':
			return m.blocked_no();
		default:
			return m.blocked_unknown();
	}
}
