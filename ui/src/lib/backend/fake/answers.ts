/** What every invented backend does with a call: remembers it, waits, fails when told to, and copies what it answers. */
import { type Backend, type BackendEvents, ProblemError, type Unsubscribe } from '../backend';
import type { Problem } from '../bindings';

export type Method = Exclude<keyof Backend, 'on'>;

export abstract class FakeAnswers {
	/** What was asked, in order. */
	readonly calls: { method: Method; args: unknown[] }[] = [];
	/** Each answer takes this long, in milliseconds; 0 answers in the next microtask. */
	protected delay = 0;
	#failures = new Map<Method, Problem[]>();
	#handlers: { [E in keyof BackendEvents]: Set<(payload: BackendEvents[E]) => void> } = {
		directory_changed: new Set(),
		connections_changed: new Set(),
		desk_changed: new Set(),
		lock_soon: new Set(),
		file_over: new Set(),
		file_dropped: new Set(),
	};

	/** The next call of this method fails so. */
	failNext(method: Method, problem: Problem): void {
		this.#failures.set(method, [...(this.#failures.get(method) ?? []), problem]);
	}

	emit<E extends keyof BackendEvents>(event: E, payload: BackendEvents[E]): void {
		for (const handler of [...this.#handlers[event]]) handler(payload);
	}

	/** How often a method was called. */
	count(method: Method): number {
		return this.calls.filter((call) => call.method === method).length;
	}

	async on<E extends keyof BackendEvents>(event: E, handler: (payload: BackendEvents[E]) => void): Promise<Unsubscribe> {
		this.#handlers[event].add(handler);
		return () => {
			this.#handlers[event].delete(handler);
		};
	}

	protected async answer<T>(method: Method, args: unknown[], work: () => T): Promise<T> {
		this.calls.push({ method, args: crossed(args) });
		if (this.delay > 0) await new Promise((resolve) => setTimeout(resolve, this.delay));
		const failure = this.#failures.get(method)?.shift();
		if (failure) throw new ProblemError(failure);
		return crossed(work());
	}
}

/** A copy, as everything is that crosses a process boundary as JSON. */
export function crossed<T>(value: T): T {
	return value === undefined ? value : JSON.parse(JSON.stringify(value));
}
