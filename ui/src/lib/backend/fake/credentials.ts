/** What the invented profile knows of its credentials. The connections themselves are the backend's. */
import { ProblemError } from '../backend';
import type { ConnectionCheck, ConnectionView, CredentialView, Place, Problem, Rotation } from '../bindings';

const DAY = 24 * 60 * 60_000;

/** What is told of a credential besides its connection. */
export type Known = Pick<CredentialView, 'presence' | 'setAt' | 'usedAt' | 'test' | 'next' | 'ageDays'>;

export type FakeCredentialsOptions = Readonly<Record<string, Partial<Known>>>;

export class FakeCredentials {
	#known = new Map<string, Known>();
	#options: FakeCredentialsOptions;
	#now: number;

	constructor(options: FakeCredentialsOptions, now: number) {
		this.#options = options;
		this.#now = now;
	}

	view(connection: ConnectionView, place: Place): CredentialView {
		const known = this.of(connection.id);
		return { connection, place, ...known, ...(connection.standing === 'archived' ? { presence: 'missing' as const } : {}) };
	}

	of(id: string): Known {
		let known = this.#known.get(id);
		if (!known) {
			const ageDays = this.#options[id]?.ageDays ?? 12;
			known = {
				presence: 'kept',
				setAt: new Date(this.#now - ageDays * DAY).toISOString(),
				usedAt: new Date(this.#now - 2 * 60_000).toISOString(),
				test: null,
				next: null,
				...this.#options[id],
				ageDays,
			};
			this.#known.set(id, known);
		}
		return known;
	}

	forget(id: string): void {
		this.#known.delete(id);
	}

	/** Entered anew just now. */
	entered(id: string): void {
		this.#known.set(id, {
			...this.of(id),
			presence: 'kept',
			setAt: new Date().toISOString(),
			usedAt: null,
			test: null,
			ageDays: 0,
		});
	}

	tested(id: string, outcome: ConnectionCheck | Problem): ConnectionCheck {
		const problem = 'code' in outcome ? outcome.code : null;
		this.#known.set(id, { ...this.of(id), test: { at: new Date().toISOString(), problem } });
		if ('code' in outcome) throw new ProblemError(outcome);
		return outcome;
	}

	/** A second one, waiting. */
	wait(id: string, key: string): Rotation {
		const next = { keyTail: key.slice(-4), setAt: new Date().toISOString(), problem: null };
		this.#known.set(id, { ...this.of(id), next });
		return { state: 'waiting', problem: null };
	}

	/** Tests the one that waits; answers with the end of its key where it took the other's place. */
	tryNext(id: string, outcome: ConnectionCheck | Problem): { rotation: Rotation; keyTail: string | null } {
		const { next } = this.of(id);
		if (!next) throw new ProblemError({ code: 'not_found', words: null });
		if ('code' in outcome) {
			this.#known.set(id, { ...this.of(id), next: { ...next, problem: outcome.code } });
			return { rotation: { state: 'waiting', problem: outcome }, keyTail: null };
		}
		this.entered(id);
		this.#known.set(id, { ...this.of(id), next: null, test: { at: new Date().toISOString(), problem: null } });
		return { rotation: { state: 'in_use', customers: outcome.customers }, keyTail: next.keyTail };
	}

	discardNext(id: string): void {
		this.#known.set(id, { ...this.of(id), next: null });
	}
}
