/**
 * For tests: a directory whose every answer is given by hand, so that a test decides what arrives when. It holds `size`
 * invented customers in the order of their keys; `before` of them can be put in front, as a sync does.
 */
import { type BackendEvents, ProblemError, type Unsubscribe } from '$lib/backend/backend';
import type { CustomerDetail, CustomerRow, Problem, Query, RowSpan, Rows, SearchAnswer } from '$lib/backend/bindings';
import type { Directory } from './session.svelte';

export function customerRow(key: number, change: Partial<CustomerRow> = {}): CustomerRow {
	return {
		key,
		connection: 'lp-live',
		provider: 'loveandpay',
		id: `id-${key}`,
		name: `Customer ${key}`,
		email: `customer${key}@example.com`,
		phone: null,
		kyc: { status: 'verified', word: null },
		kycSince: '2026-11-01T00:00:00Z',
		trust: { level: 'level_2', word: null },
		blocked: 'no',
		payments: 3,
		paid: { amount: '1204.50', currency: 'EUR' },
		lastPayment: '2026-11-10T10:00:00Z',
		created: '2026-01-02T10:00:00Z',
		firstSeen: '2026-11-01T00:00:00Z',
		lastSeen: '2026-11-20T09:58:00Z',
		unlistedSince: null,
		disagrees: false,
		highlights: { name: [], email: [], phone: [], id: [] },
		...change,
	};
}

/** A call that waits for its answer. */
export type Call<Asked, Answer> = { asked: Asked; answer(change?: Partial<Answer>): Promise<void>; fail(problem: Problem): Promise<void> };

/** Lets everything run that an answer sets going. */
export const settle = async (): Promise<void> => {
	for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
};

export const problem = (code: 'result_gone' | 'offline' | 'cancelled' | 'disk' | 'not_found'): Problem => ({ code, words: null });

export class ScriptedDirectory implements Directory {
	searches: Call<{ query: Query; first: number }, SearchAnswer>[] = [];
	windows: Call<{ result: number; from: number; count: number }, Rows>[] = [];
	cards: Call<{ key: number }, CustomerDetail>[] = [];
	selections: Call<{ from: number; to: number; spans: RowSpan[] }, RowSpan[]>[] = [];
	/** Texts that were asked for. */
	texts: RowSpan[][] = [];
	/** Answers everything at once instead of waiting for the test. */
	prompt: boolean;
	/** Changes each row before it is handed out. */
	dress: (row: CustomerRow) => CustomerRow = (row) => row;
	before = 0;
	subscribers = 0;
	#results = 0;
	readonly #handlers = new Map<string, Set<(payload: never) => void>>();

	constructor(
		public size: number,
		{ prompt = false } = {},
	) {
		this.prompt = prompt;
	}

	get total(): number {
		return this.before + this.size;
	}

	/** The rows from `from` on; those put in front have keys below zero. */
	list(from: number, count: number): CustomerRow[] {
		const rows: CustomerRow[] = [];
		for (let at = from; at < Math.min(from + count, this.total); at += 1) rows.push(this.dress(customerRow(at - this.before)));
		return rows;
	}

	search(query: Query, first: number): Promise<SearchAnswer> {
		return this.#call(this.searches, { query, first }, () => {
			this.#results += 1;
			const facets = { kyc: [], provider: [], trust: [], blocked: [] };
			return { result: this.#results, total: this.total, all: this.total, facets, rows: this.list(0, first) };
		});
	}

	rows(result: number, from: number, count: number): Promise<Rows> {
		return this.#call(this.windows, { result, from, count }, () => ({ from, rows: this.list(from, count) }));
	}

	customer(key: number): Promise<CustomerDetail> {
		return this.#call(this.cards, { key }, () => ({ row: this.dress(customerRow(key)), history: [], others: [], raw: '{}' }));
	}

	/** Everybody moves by as many rows as were put in front since the first answer. */
	selectAgain(from: number, to: number, spans: RowSpan[]): Promise<RowSpan[]> {
		return new Promise((resolve) => {
			const moved = spans.map(({ first, last }) => ({ first: first + this.before, last: last + this.before }));
			const call: Call<{ from: number; to: number; spans: RowSpan[] }, RowSpan[]> = {
				asked: { from, to, spans },
				answer: () => {
					resolve(moved);
					return settle();
				},
				fail: () => settle(),
			};
			this.selections.push(call);
			if (this.prompt) void call.answer();
		});
	}

	/** The ids of the rows, one to a line. */
	async rowsAsText(_result: number, spans: RowSpan[]): Promise<string> {
		this.texts.push(spans);
		return spans.flatMap(({ first, last }) => this.list(first, last - first + 1).map(({ id }) => `${id}\n`)).join('');
	}

	async on<E extends keyof BackendEvents>(event: E, handler: (payload: BackendEvents[E]) => void): Promise<Unsubscribe> {
		const handlers = this.#handlers.get(event) ?? new Set();
		this.#handlers.set(event, handlers);
		handlers.add(handler as (payload: never) => void);
		this.subscribers += 1;
		return () => {
			this.subscribers -= 1;
			handlers.delete(handler as (payload: never) => void);
		};
	}

	emit<E extends keyof BackendEvents>(event: E, payload: BackendEvents[E]): void {
		for (const handler of this.#handlers.get(event) ?? []) handler(payload as never);
	}

	#call<Asked, Answer>(calls: Call<Asked, Answer>[], asked: Asked, usual: () => Answer): Promise<Answer> {
		return new Promise((resolve, reject) => {
			const call: Call<Asked, Answer> = {
				asked,
				answer: (change = {}) => {
					resolve({ ...usual(), ...change });
					return settle();
				},
				fail: (reason) => {
					reject(new ProblemError(reason));
					return settle();
				},
			};
			calls.push(call);
			if (this.prompt) void call.answer();
		});
	}
}

/** The newest of some calls. */
export function newest<Asked, Answer>(calls: Call<Asked, Answer>[]): Call<Asked, Answer> {
	const call = calls.at(-1);
	if (call === undefined) throw new Error('nothing was asked');
	return call;
}
