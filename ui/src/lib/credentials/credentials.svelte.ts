/**
 * What may be known of the connections' credentials: where each is kept, how old it is, what its last test said. The
 * secrets themselves are never here.
 *
 * A connection's present state comes with every event; the rest is asked for again only when something has changed that
 * bears on a credential, so that a running sync does not ask several times a second.
 */
import { type Backend, problemOf } from '$lib/backend/backend';
import type { ConnectionView, CredentialView, Problem } from '$lib/backend/bindings';

export class Credentials {
	readonly #backend: Backend;
	#list = $state.raw<readonly CredentialView[] | null>(null);
	#problem = $state.raw<Problem | null>(null);
	#asked = 0;
	#signature = '';

	constructor(backend: Backend) {
		this.#backend = backend;
	}

	/** All of them in the order of the connections; null until known. */
	get list(): readonly CredentialView[] | null {
		return this.#list;
	}
	get problem(): Problem | null {
		return this.#problem;
	}
	of(connection: string): CredentialView | null {
		return this.#list?.find((one) => one.connection.id === connection) ?? null;
	}

	async load(): Promise<void> {
		const asked = ++this.#asked;
		try {
			const list = await this.#backend.credentials();
			if (asked !== this.#asked) return;
			this.#list = list;
			this.#signature = signatureOf(list.map(({ connection }) => connection));
			this.#problem = null;
		} catch (error) {
			if (asked !== this.#asked) return;
			const problem = problemOf(error);
			if (problem.code !== 'passphrase_needed') this.#problem = problem;
		}
	}

	/** The connections as they are now. */
	follow(connections: readonly ConnectionView[]): void {
		const list = this.#list;
		if (list === null) return;
		if (signatureOf(connections) !== this.#signature) {
			void this.load();
			return;
		}
		this.#list = list.map((one) => {
			const connection = connections.find(({ id }) => id === one.connection.id);
			return connection ? { ...one, connection } : one;
		});
	}

	/** Forgets everything; answers still under way are dropped. */
	clear(): void {
		this.#asked++;
		this.#list = null;
		this.#problem = null;
		this.#signature = '';
	}
}

/** What of the connections bears on their credentials. */
function signatureOf(connections: readonly ConnectionView[]): string {
	return JSON.stringify(
		connections.map(({ id, label, baseUrl, keyTail, standing, state, lastSynced }) => [
			id,
			label,
			baseUrl,
			keyTail,
			standing,
			state === 'error',
			lastSynced,
		]),
	);
}
