/** The customer in the detail panel. Shows what the grid already knows at once, and the rest when it has come. */
import { type Backend, problemOf } from '$lib/backend/backend';
import type { CustomerDetail, CustomerRow, Problem } from '$lib/backend/bindings';

export class OpenedCustomer {
	readonly #backend: Pick<Backend, 'customer'>;
	#key = $state<number | null>(null);
	#known = $state.raw<CustomerRow | null>(null);
	#detail = $state.raw<CustomerDetail | null>(null);
	#problem = $state.raw<Problem | null>(null);
	#asking = false;
	#askAgain = false;

	constructor(backend: Pick<Backend, 'customer'>) {
		this.#backend = backend;
	}

	/** Key of the customer shown; null while the panel is closed. */
	get key(): number | null {
		return this.#key;
	}

	/** The customer's row: from the detail, or until that has come the one that the grid showed. */
	get row(): CustomerRow | null {
		return this.detail?.row ?? this.#known;
	}

	/** The detail of the customer shown, never of the one before. */
	get detail(): CustomerDetail | null {
		return this.#detail?.row.key === this.#key ? this.#detail : null;
	}

	get problem(): Problem | null {
		return this.#problem;
	}

	open(key: number, known: CustomerRow | null): void {
		if (this.#key === key) return;
		this.#key = key;
		this.#known = known?.key === key ? known : null;
		this.#problem = null;
		void this.#ask();
	}

	close(): void {
		this.#key = null;
		this.#known = null;
		this.#detail = null;
		this.#problem = null;
	}

	/** Asks anew for the customer shown, because the directory changed or a person wants another try. */
	refresh(): void {
		if (this.#key !== null) void this.#ask();
	}

	/** One question at a time; whoever holds an arrow key down skips the customers in between. */
	async #ask(): Promise<void> {
		if (this.#asking) {
			this.#askAgain = true;
			return;
		}
		this.#asking = true;
		try {
			do {
				this.#askAgain = false;
				const key = this.#key;
				if (key === null) return;
				try {
					const detail = await this.#backend.customer(key);
					if (key !== this.#key) continue;
					this.#detail = detail;
					this.#problem = null;
				} catch (error) {
					if (key === this.#key) this.#problem = problemOf(error);
				}
			} while (this.#askAgain);
		} finally {
			this.#asking = false;
		}
	}
}
