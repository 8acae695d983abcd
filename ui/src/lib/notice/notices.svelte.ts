/** Messages about outcomes: what was done (said politely, goes by itself) and what went wrong (stays until closed). */
import type { Problem } from '$lib/backend/bindings';

export type Notice = { id: number } & ({ kind: 'done'; text: string } | { kind: 'problem'; problem: Problem });

/** How long a message about something done stays, in milliseconds; long enough to read it twice. */
const STAYS = 6000;

/** More than these are never on screen; the oldest go. */
const MOST = 3;

export class Notices {
	#list = $state.raw<Notice[]>([]);
	#next = 1;
	#timers = new Map<number, ReturnType<typeof setTimeout>>();

	get list(): readonly Notice[] {
		return this.#list;
	}

	done(text: string): void {
		const id = this.#add({ id: this.#next++, kind: 'done', text });
		this.#timers.set(
			id,
			setTimeout(() => this.dismiss(id), STAYS),
		);
	}

	/** A problem that is already on screen is not told twice. */
	problem(problem: Problem): void {
		if (this.#list.some((notice) => notice.kind === 'problem' && notice.problem.code === problem.code)) return;
		this.#add({ id: this.#next++, kind: 'problem', problem });
	}

	/** A person is reading: it stays for as long as the pointer or the focus is on it. */
	hold(id: number): void {
		clearTimeout(this.#timers.get(id));
		this.#timers.delete(id);
	}

	release(id: number): void {
		const notice = this.#list.find((one) => one.id === id);
		if (notice?.kind !== 'done' || this.#timers.has(id)) return;
		this.#timers.set(
			id,
			setTimeout(() => this.dismiss(id), STAYS),
		);
	}

	dismiss(id: number): void {
		this.hold(id);
		this.#list = this.#list.filter((notice) => notice.id !== id);
	}

	/** Takes all of them away: what they say may name people or connections. */
	clear(): void {
		for (const { id } of this.#list) this.hold(id);
		this.#list = [];
	}

	#add(notice: Notice): number {
		const kept = [...this.#list, notice];
		for (const gone of kept.slice(0, -MOST)) this.hold(gone.id);
		this.#list = kept.slice(-MOST);
		return notice.id;
	}
}
