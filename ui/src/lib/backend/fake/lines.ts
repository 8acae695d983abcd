/** Rows as tab-separated lines, as the desk writes them. */
import type { Column, CustomerRow, RowText } from '../bindings';
import { kycFacet, trustFacet } from './people';

export function linesOf(rows: readonly CustomerRow[], text: RowText): string {
	const word = (words: Record<string, string>, value: string): string => words[value] ?? value.replace(/^unknown:/, '');
	const fields: Record<Column, (row: CustomerRow) => string[]> = {
		name: (row) => [row.name ?? ''],
		email: (row) => [row.email ?? ''],
		phone: (row) => [row.phone ?? ''],
		kyc: (row) => [word(text.kyc, kycFacet(row.kyc))],
		provider: (row) => [word(text.provider, row.provider)],
		trust: (row) => [row.trust ? word(text.trust, trustFacet(row.trust)) : ''],
		payments: (row) => [row.payments?.toString() ?? ''],
		paid: (row) => [row.paid?.amount ?? '', row.paid?.currency ?? ''],
		last_payment: (row) => [row.lastPayment ?? ''],
		created: (row) => [row.created ?? ''],
		blocked: (row) => [word(text.blocked, row.blocked)],
		id: (row) => [row.id],
	};
	const safe = (field: string): string => (/^[=+\-@]/.test(field) ? `'${field}` : field);
	return rows
		.map(
			(row) =>
				`${text.columns
					.flatMap((column) => fields[column](row))
					.map(safe)
					.join('\t')}\n`,
		)
		.join('');
}
