/** What an observed change is called on screen. */
import type { Change } from '$lib/backend/bindings';
import { formatCount, formatMoney } from '$lib/format';
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
		case 'paid':
			return money(value) ?? m.customer_not_stated();
		case 'payments':
			return value !== null && /^\d+$/.test(value) ? formatCount(Number(value)) : (value ?? m.customer_not_stated());
		default:
			return shortened(value?.trim() ?? '', VALUE_LIMIT) || m.customer_not_stated();
	}
}

/** The book writes an amount as `1204.50 EUR`; anything else is shown as it came. */
function money(value: string | null): string | null {
	const [, amount, currency] = /^(\S+) (\S+)$/.exec(value ?? '') ?? [];
	return amount === undefined || currency === undefined ? value : formatMoney({ amount, currency });
}

/** Whether a change says that the provider's list lost the customer (true) or has them again (false); null for others. */
export function leftTheList({ field, after }: Change): boolean | null {
	return field === 'unlisted' ? after !== null : null;
}
