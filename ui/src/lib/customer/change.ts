/** What an observed change is called on screen. */
import type { Change } from '$lib/backend/bindings';
import { COLUMNS } from '$lib/grid/columns';
import { m } from '$paraglide/messages.js';
import { shortened } from './marking';
import { blockedWord, kycOfFacet, kycWord, trustWordOfFacet } from './words';

/** Longest value of a field that the history shows, in UTF-16 units. */
const VALUE_LIMIT = 160;

/** The name of a field; of one that this version does not know, the name in the book. */
export function fieldWord(field: string): string {
	if (field === 'trust') return m.facet_trust();
	return Object.hasOwn(COLUMNS, field) ? COLUMNS[field as keyof typeof COLUMNS].label() : field;
}

/** A value of a field, in words; null and the empty text are "not stated". */
export function valueWord(field: string, value: string | null): string {
	switch (field) {
		case 'kyc':
			return value === null ? m.kyc_not_stated() : kycWord(kycOfFacet(value));
		case 'trust':
			return trustWordOfFacet(value ?? 'none');
		case 'blocked':
			return blockedWord(value ?? 'unknown');
		default:
			return shortened(value?.trim() ?? '', VALUE_LIMIT) || m.customer_not_stated();
	}
}

/** Whether a change says that the provider's list lost the customer (true) or has them again (false); null for others. */
export function leftTheList({ field, after }: Change): boolean | null {
	return field === 'unlisted' || field === 'unlisted_since' ? after !== null && after !== '' && after !== 'false' : null;
}
