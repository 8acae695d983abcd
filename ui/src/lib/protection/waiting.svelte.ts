/** Counts down to the time at which a further passphrase may be tried. */

/** Time between two looks at the clock, in milliseconds. */
const LOOK_EVERY = 250;

export class Waiting {
	#until = $state<number | null>(null);
	#now = $state(0);
	#timer: ReturnType<typeof setInterval> | null = null;

	/** Whole seconds left; 0 when nothing has to be waited for. */
	get seconds(): number {
		return this.#until === null ? 0 : Math.max(0, Math.ceil((this.#until - this.#now) / 1000));
	}

	start(until: string | null): void {
		this.stop();
		const at = until === null ? Number.NaN : Date.parse(until);
		if (Number.isNaN(at)) return;
		this.#now = Date.now();
		this.#until = at;
		this.#timer = setInterval(() => {
			this.#now = Date.now();
			if (this.seconds === 0) this.stop();
		}, LOOK_EVERY);
	}

	stop(): void {
		if (this.#timer !== null) clearInterval(this.#timer);
		this.#timer = null;
		this.#until = null;
	}
}
