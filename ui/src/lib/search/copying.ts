/**
 * Selected rows as text for the clipboard: a header line and tab-separated lines, which the desk writes and makes safe for
 * spreadsheets. The text is fetched piece by piece, so that it can be stopped and says how far it is.
 */
import type { Backend } from '$lib/backend/backend';
import type { Column, ProviderDescription, RowSpan, RowText } from '$lib/backend/bindings';
import { providerName } from '$lib/connection/name';
import { blockedWord, kycOfFacet, kycWord, trustWordOfFacet } from '$lib/customer/words';
import { COLUMNS } from '$lib/grid/columns';
import { m } from '$paraglide/messages.js';

/** More rows than these are not copied: other programs stop answering when they are given more. */
export const MOST_COPIED = 100_000;

/** Rows that are asked for at a time. */
const PIECE = 2_000;

/** What a copy is made of. */
export type CopyOrder = {
	result: number;
	spans: readonly RowSpan[];
	columns: readonly Column[];
	providers: readonly ProviderDescription[];
};

/** The interface's words for what the desk knows by facet values. */
export function rowText(columns: readonly Column[], providers: readonly ProviderDescription[]): RowText {
	const words = (values: readonly string[], word: (value: string) => string): Record<string, string> =>
		Object.fromEntries(values.map((value) => [value, word(value)]));
	return {
		columns: [...columns],
		// The empty word is a provider's silence; any other unknown word stands for itself.
		kyc: words(['verified', 'pending', 'rejected', 'not_started', 'unknown:'], (value) => kycWord(kycOfFacet(value))),
		trust: words(['new', 'level_1', 'level_2', 'level_3', 'unknown:'], trustWordOfFacet),
		blocked: words(['yes', 'no', 'unknown'], blockedWord),
		provider: words(
			providers.map(({ id }) => id),
			(id) => providerName(id, providers),
		),
	};
}

/** The header line: what was paid takes two fields, and times are said to be in UTC. */
export function headerLine(columns: readonly Column[]): string {
	const names = columns.flatMap((column) => {
		const name = COLUMNS[column].label();
		if (column === 'paid') return [name, m.copy_currency()];
		return [column === 'created' || column === 'last_payment' ? `${name} (UTC)` : name];
	});
	return `${names.join('\t')}\n`;
}

/** The rows of `spans` in pieces of at most `size` rows, `most` rows in all. */
export function* pieces(spans: readonly RowSpan[], size: number, most: number): Generator<{ spans: RowSpan[]; rows: number }> {
	let piece: { spans: RowSpan[]; rows: number } = { spans: [], rows: 0 };
	let left = most;
	for (const { first, last } of spans) {
		for (let from = first; from <= last && left > 0; ) {
			const taken = Math.min(last - from + 1, size - piece.rows, left);
			piece.spans.push({ first: from, last: from + taken - 1 });
			piece.rows += taken;
			from += taken;
			left -= taken;
			if (piece.rows < size) continue;
			yield piece;
			piece = { spans: [], rows: 0 };
		}
	}
	if (piece.rows > 0) yield piece;
}

/** Fetches the text; an aborted `signal` ends it with that signal's reason. */
export async function textOf(
	directory: Pick<Backend, 'rowsAsText'>,
	order: CopyOrder,
	signal: AbortSignal,
	onprogress: (copied: number) => void,
): Promise<string> {
	const lines = [headerLine(order.columns)];
	const text = rowText(order.columns, order.providers);
	let copied = 0;
	for (const { spans, rows } of pieces(order.spans, PIECE, MOST_COPIED)) {
		lines.push(await directory.rowsAsText(order.result, spans, text));
		signal.throwIfAborted();
		copied += rows;
		onprogress(copied);
	}
	return lines.join('');
}
