/**
 * Whether the person is there: real input is told to the shell, which counts the idle minutes, and the warning before a
 * lock is shown for as long as it holds. Only that somebody did something is told, never what.
 */
import type { Backend, Unsubscribe } from '$lib/backend/backend';

/** Least time between two tellings, in milliseconds. */
const TELL_EVERY = 10_000;

/** Input that a person makes. A scrolling that the page itself starts is none, and neither is a pointer that stands still. */
const INPUT = ['pointerdown', 'keydown', 'wheel', 'touchstart', 'pointermove'] as const;

export class Attendance {
	readonly #backend: Pick<Backend, 'personActive' | 'on'>;
	#left = $state<number | null>(null);
	#told = Number.NEGATIVE_INFINITY;
	#timer: ReturnType<typeof setInterval> | null = null;
	#unsubscribe: Unsubscribe | null = null;
	#stopped = true;
	#place: { x: number; y: number } | null = null;

	constructor(backend: Pick<Backend, 'personActive' | 'on'>) {
		this.#backend = backend;
	}

	/** Seconds until the app locks; null while it is not about to. */
	get secondsLeft(): number | null {
		return this.#left;
	}

	async start(target: Window): Promise<void> {
		this.#stopped = false;
		for (const kind of INPUT) target.addEventListener(kind, this.#input, { capture: true, passive: true });
		const unsubscribe = await this.#backend.on('lock_soon', ({ seconds }) => this.#warn(seconds));
		if (this.#stopped) unsubscribe();
		else this.#unsubscribe = unsubscribe;
	}

	stop(target: Window): void {
		this.#stopped = true;
		for (const kind of INPUT) target.removeEventListener(kind, this.#input, { capture: true });
		this.#unsubscribe?.();
		this.#unsubscribe = null;
		this.#warn(null);
	}

	/** The person wants to go on. */
	stay(): void {
		this.#warn(null);
		this.#told = performance.now();
		void this.#backend.personActive().catch(() => {
			// Nothing was lost: the next input tells it again.
			this.#told = Number.NEGATIVE_INFINITY;
		});
	}

	#input = (event: Event): void => {
		if (event.type === 'pointermove') {
			// An engine sends a move when the page moves under a pointer that rests.
			const { screenX: x, screenY: y } = event as PointerEvent;
			const rests = this.#place === null || (this.#place.x === x && this.#place.y === y);
			this.#place = { x, y };
			if (rests) return;
		}
		if (this.#left !== null || performance.now() - this.#told >= TELL_EVERY) this.stay();
	};

	#warn(seconds: number | null): void {
		if (this.#timer !== null) clearInterval(this.#timer);
		this.#timer = null;
		this.#left = seconds;
		if (seconds === null) return;
		this.#timer = setInterval(() => {
			this.#left = Math.max(0, (this.#left ?? 0) - 1);
		}, 1000);
	}
}
